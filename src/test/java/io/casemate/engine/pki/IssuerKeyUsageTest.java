package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.kernel.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CAs from elsewhere whose key usage leaves something out: what verifiers would refuse is not signed (RFC 5280 6.1.4 (n), 6.3.3 (f)). */
class IssuerKeyUsageTest {
    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();

    /** Imports a CA that OpenSSL made with this key usage, with its key; its id. */
    private String imported(String usage) throws Exception {
        String command = "openssl req -x509 -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30"
                + " -keyout key.pem -out ca.pem -subj /CN=Odd";
        Tools.run(folder, 0, command + (usage.isEmpty() ? "" : " -addext keyUsage=critical," + usage));
        String bundle = Files.readString(folder.resolve("ca.pem")) + Files.readString(folder.resolve("key.pem"));
        pki.write("roles/web", "allow_any_name", true, "key_type", "ec", "ttl", "1h");
        return PkiFixture.strings(pki.write("config/ca", "pem_bundle", bundle).get("imported_issuers"))
                .getFirst();
    }

    @Test
    void without_crl_sign_it_signs_certificates_and_no_crls() throws Exception {
        String id = imported("keyCertSign");
        assertEquals(
                "read-only,issuing-certificates,ocsp-signing",
                pki.read("issuer/" + id).get("usage"));
        pki.write("issue/web", "common_name", "a.example.com");
        assertThrows(FaultException.class, () -> pki.raw("crl"));
        String refusal = pki.refusal("issuer/" + id, "usage", "issuing-certificates,crl-signing");
        assertTrue(refusal.contains("crl-signing is not for this issuer"), refusal);
        pki.write("issuer/" + id, "usage", "issuing-certificates,ocsp-signing");
    }

    @Test
    void a_usage_that_was_written_before_does_not_help() throws Exception {
        String id = imported("keyCertSign");
        pki.storage.transact(editor -> {
            Issuers issuers = new Issuers(pki.storage, pki::now);
            Issuer issuer = issuers.byId(editor, id).orElseThrow();
            issuers.put(editor, issuer.withUsages(Set.copyOf(Issuer.USAGES)), issuer.name());
            return null;
        });
        assertTrue(pki.read("issuer/" + id).get("usage").toString().contains("crl-signing"));
        assertThrows(FaultException.class, () -> pki.raw("crl"));
    }

    @Test
    void without_key_cert_sign_it_signs_crls_and_no_certificates() throws Exception {
        imported("cRLSign,digitalSignature");
        assertTrue(pki.refusal("issue/web", "common_name", "a.example.com").contains("keyCertSign"));
        assertEquals("CN=Odd", pki.crl("crl").getIssuerX500Principal().getName());
    }

    @Test
    void without_a_key_usage_it_signs_everything() throws Exception {
        String id = imported("");
        assertEquals(String.join(",", Issuer.USAGES), pki.read("issuer/" + id).get("usage"));
        pki.write("issue/web", "common_name", "a.example.com");
        pki.crl("crl");
    }
}
