package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.engine.pki.store.Fingerprints;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.ManagedKeyRecord;
import io.casemate.mount.ManagedKeyRecord.Permissions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key that an operator of the server has registered: named by several, and taken away. */
class RegisteredKeyTest {
    private final PkiFixture pki = new PkiFixture();

    @BeforeEach
    void register() {
        pki.register("ca", KeyKind.EC_P256);
    }

    private Map<String, Object> root(String managed, String name) {
        return pki.write("root/generate/kms", "common_name", name, "managed_key_name", managed, "key_type", "ec");
    }

    @Test
    void it_is_on_record_once_and_stays_while_an_issuer_signs_with_it() {
        Map<String, Object> first = root("ca", "First");
        Map<String, Object> second = root("ca", "Second");
        assertEquals(first.get("key_id"), second.get("key_id"));
        assertEquals(
                first.get("key_id"),
                pki.write("keys/generate/kms", "managed_key_name", "ca").get("key_id"));
        assertEquals(List.of(first.get("key_id")), pki.list("keys"));
        pki.call(Operation.DELETE, "issuer/" + second.get("issuer_id"), Map.of());
        FaultException used = assertThrows(
                FaultException.class, () -> pki.call(Operation.DELETE, "key/" + first.get("key_id"), Map.of()));
        assertTrue(used.getMessage().contains("used by an issuer"), used::getMessage);
    }

    @Test
    void a_name_that_it_does_not_get_is_told() {
        Object id = root("ca", "First").get("key_id");
        pki.write("root/generate/internal", "common_name", "Other", "key_type", "ec", "key_name", "other");
        for (String path : List.of("keys/generate/kms", "root/generate/kms", "intermediate/generate/kms")) {
            Map<String, Object> wish =
                    Map.of("common_name", "Second", "managed_key_name", "ca", "key_name", "mine", "key_type", "ec");
            Response response = pki.call(Operation.UPDATE, path, wish);
            String warnings = response.warnings().toString();
            assertTrue(warnings.contains("without a name") && warnings.contains("key/" + id), warnings);
        }
        assertThrows(FaultException.class, () -> pki.read("key/mine"));
        pki.write("key/" + id, "key_name", "mine");
        Map<String, Object> again = Map.of("managed_key_name", "ca", "key_name", "yours");
        String warning = pki.call(Operation.UPDATE, "keys/generate/kms", again)
                .warnings()
                .getLast();
        assertTrue(warning.contains("as 'mine'"), warning);
        Map<String, Object> plain = Map.of("managed_key_name", "ca", "common_name", "Third", "key_type", "ec");
        assertEquals(
                List.of(),
                pki.call(Operation.UPDATE, "intermediate/generate/kms", plain).warnings());
    }

    @Test
    void two_who_bring_the_same_key_at_once_make_one_entry() {
        pki.storage.beforeTransact(() -> pki.write("keys/generate/kms", "managed_key_name", "ca"));
        assertTrue(pki.refusal("keys/generate/kms", "managed_key_name", "ca").contains("ask again"));
        assertEquals(1, pki.list("keys").size());
    }

    @Test
    void who_names_it_by_another_registration_signs_by_that() {
        Map<String, Object> first = root("ca", "First");
        Permissions all = new Permissions(false, false, false, true, ManagedKeyRecord.USAGES);
        pki.managed.put(new ManagedKeyRecord("id-again", "again", "", "ca", "", 1, Optional.empty(), all));
        pki.managed.delete("ca");
        assertEquals(first.get("key_id"), root("again", "Second").get("key_id"));
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
        pki.write("issue/r", "common_name", "a.example.com");
        assertEquals("again", pki.read("key/" + first.get("key_id")).get("managed_key_name"));
    }

    @Test
    void a_name_given_meanwhile_does_not_stay_behind() {
        Object id = root("ca", "Root").get("key_id");
        pki.write("key/" + id, "key_name", "one");
        pki.storage.beforeTransact(() -> pki.write("key/" + id, "key_name", "two"));
        pki.write("key/" + id, "key_name", "three");
        for (String gone : List.of("one", "two")) {
            assertThrows(FaultException.class, () -> pki.read("key/" + gone), gone);
        }
        assertEquals(id, pki.read("key/three").get("key_id"));
    }

    @Test
    void taken_away_it_leaves_the_last_crl_and_ocsp_that_says_try_later() {
        Map<String, Object> root = root("ca", "Root");
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec", "ttl", "24h");
        Object leaf = pki.write("issue/r", "common_name", "a.example.com").get("serial_number");
        byte[] crl = pki.raw("crl");
        pki.managed.delete("ca");
        pki.write("revoke", "serial_number", leaf);
        assertArrayEquals(crl, pki.raw("crl"));
        byte[] answer = PkiFixture.bytes(pki.call(
                Operation.UPDATE,
                "ocsp",
                Map.of("body", Base64.getEncoder().encodeToString(question(root.get("certificate"))))));
        assertEquals(3, OCSPResponse.getInstance(answer).getResponseStatus().getIntValue());
        FaultException refused =
                assertThrows(FaultException.class, () -> pki.write("issue/r", "common_name", "b.example.com"));
        assertTrue(assertInstanceOf(Fault.HsmFailed.class, refused.fault())
                .advice()
                .contains("allowed_managed_keys"));
    }

    /** A request for a serial number that was never issued. */
    private static byte[] question(Object issuer) {
        try {
            Certificate certificate =
                    Certificate.getInstance(PkiFixture.certificate(issuer).getEncoded());
            ASN1Encodable id = new DERSequence(new ASN1Encodable[] {
                new DERSequence(new ASN1Encodable[] {OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE}),
                new DEROctetString(
                        Fingerprints.hash("SHA-1", certificate.getSubject().getEncoded("DER"))),
                new DEROctetString(Fingerprints.hash(
                        "SHA-1",
                        certificate.getSubjectPublicKeyInfo().getPublicKeyData().getOctets())),
                new ASN1Integer(4711)
            });
            return new DERSequence(new DERSequence(new DERSequence(new DERSequence(id)))).getEncoded("DER");
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_crls_of_others_are_made_all_the_same() {
        Object away = root("ca", "Away").get("issuer_id");
        Object other = pki.write("root/generate/internal", "common_name", "Here", "key_type", "ec")
                .get("issuer_id");
        String crl = "issuer/" + other + "/crl/der";
        pki.crl(crl);
        pki.managed.delete("ca");
        byte[] before = pki.raw(crl);
        Response rotated = pki.call(Operation.UPDATE, "crl/rotate", Map.of());
        String warning = rotated.warnings().getFirst();
        assertTrue(warning.contains("issuer " + away) && warning.contains("allowed_managed_keys"), warning);
        assertTrue(!Arrays.equals(before, pki.raw(crl)));
        pki.write("issuer/" + other, "usage", "read-only");
        assertThrows(FaultException.class, () -> pki.call(Operation.UPDATE, "crl/rotate", Map.of()));
    }

    @Test
    void issuers_of_one_name_and_key_have_their_crl_made_once() {
        root("ca", "Root");
        root("ca", "Root");
        pki.call(Operation.UPDATE, "crl/rotate", Map.of());
        byte[] number = pki.crl("crl").getExtensionValue("2.5.29.20");
        assertEquals(1, number[number.length - 1]);
    }
}
