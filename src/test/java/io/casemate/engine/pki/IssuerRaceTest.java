package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.store.Revocations;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What others do to an issuer or its key between a request's first look and its write stays done. */
class IssuerRaceTest {
    private final PkiFixture pki = new PkiFixture();

    private void revokedMeanwhile() {
        revokedMeanwhile("default");
    }

    private void revokedMeanwhile(Object issuer) {
        pki.storage.beforeTransact(() -> pki.write("issuer/" + issuer + "/revoke"));
    }

    private boolean issues() {
        return pki.read("issuer/default").get("usage").toString().contains("issuing-certificates");
    }

    @Test
    void an_update_undoes_no_revocation() {
        pki.rootAndRole();
        revokedMeanwhile();
        pki.write("issuer/default", "issuer_name", "renamed");
        Map<String, Object> issuer = pki.read("issuer/renamed");
        assertEquals(true, issuer.get("revoked"));
        assertFalse(issues());
    }

    @Test
    void an_update_gives_no_usage_back_to_what_was_revoked_meanwhile() {
        pki.rootAndRole();
        revokedMeanwhile();
        assertTrue(pki.refusal("issuer/default", "usage", "issuing-certificates,crl-signing")
                .contains("revoked"));
        assertFalse(issues());
    }

    @Test
    void a_revocation_undoes_no_update() {
        pki.rootAndRole();
        pki.storage.beforeTransact(() -> pki.write("issuer/default", "issuer_name", "renamed"));
        pki.write("issuer/default/revoke");
        assertEquals(true, pki.read("issuer/renamed").get("revoked"));
        assertFalse(issues());
    }

    @Test
    void what_is_marked_as_revoked_issues_nothing_whatever_its_usages_say() {
        try (AcmeFixture acme = new AcmeFixture()) {
            AcmeClient client = acme.member("acme");
            UUID id = UUID.fromString((String) acme.mount.read("issuer/default").get("issuer_id"));
            acme.mount.storage.transact(editor -> {
                Revocations.addIssuer(editor, id, acme.mount.now());
                return null;
            });
            assertTrue(acme.mount
                    .refusal("issue/web", "common_name", "a.example.com")
                    .contains("revoked"));
            assertEquals("unauthorized", client.order("a.example.com").problem());
        }
    }

    @Test
    void a_key_that_comes_later_undoes_no_revocation() {
        Map<String, Object> root =
                new PkiFixture().write("root/generate/exported", "common_name", "R", "key_type", "ec");
        Object id = PkiFixture.strings(pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"))
                        .get("imported_issuers"))
                .getFirst();
        revokedMeanwhile(id);
        Object key =
                pki.write("keys/import", "pem_bundle", root.get("private_key")).get("key_id");
        Map<String, Object> issuer = pki.read("issuer/" + id);
        assertEquals(key, issuer.get("key_id"));
        assertFalse(issues());
    }

    @Test
    void no_issuer_loses_its_key() {
        Object used = pki.write("keys/generate/internal", "key_type", "ec").get("key_id");
        pki.storage.beforeTransact(() -> pki.write("root/generate/existing", "common_name", "R", "key_ref", used));
        FaultException refused =
                assertThrows(FaultException.class, () -> pki.call(Operation.DELETE, "key/" + used, Map.of()));
        assertTrue(refused.getMessage().contains("used by an issuer"), refused::getMessage);
        Object gone = pki.write("keys/generate/internal", "key_type", "ec").get("key_id");
        pki.storage.beforeTransact(() -> pki.call(Operation.DELETE, "key/" + gone, Map.of()));
        assertTrue(pki.refusal("root/generate/existing", "common_name", "S", "key_ref", gone)
                .contains("deleted meanwhile"));
        assertEquals(List.of(used), pki.list("keys"));
    }
}
