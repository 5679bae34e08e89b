package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Issuers that share a name: which of them is meant, and what they say together. */
class ManyIssuersTest {
    private final PkiFixture pki = new PkiFixture();
    private Object key;

    private String root(String ttl) {
        Map<String, Object> made = key == null
                ? pki.write("root/generate/internal", "common_name", "Root", "key_type", "ec", "ttl", ttl)
                : pki.write("root/generate/existing", "common_name", "Root", "key_ref", key, "ttl", ttl);
        key = made.get("key_id");
        return (String) made.get("issuer_id");
    }

    /** A root that begins in a day. */
    private String early(String ttl) {
        String begin = pki.now().plus(Duration.ofDays(1)).toString();
        return (String) pki.write(
                        "root/generate/existing",
                        "common_name",
                        "Root",
                        "key_ref",
                        key,
                        "ttl",
                        ttl,
                        "not_before",
                        begin)
                .get("issuer_id");
    }

    /** An intermediate of this mount below its default issuer, with its key. */
    private String below() {
        Object csr = pki.csr("Below");
        Object signed = pki.write("root/sign-intermediate", "csr", csr, "common_name", "Below", "ttl", "30h")
                .get("certificate");
        return pki.issuer(signed);
    }

    private void shown(String root, String below) {
        List<String> chain = PkiFixture.strings(pki.read("issuer/" + below).get("ca_chain"));
        assertEquals(pki.read("issuer/" + root).get("certificate"), chain.get(1));
    }

    @Test
    void a_hundred_and_thirty_issuers_of_one_key_share_one_crl() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            ids.add(root("8000h"));
        }
        ids.sort(null);
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec", "ttl", "24h");
        for (String id : List.of(ids.getFirst(), ids.get(110), ids.getLast())) {
            Map<String, Object> leaf = pki.write("issuer/" + id + "/issue/r", "common_name", "a.example.com");
            pki.write("revoke", "serial_number", leaf.get("serial_number"));
            BigInteger serial = PkiFixture.certificate(leaf.get("certificate")).getSerialNumber();
            for (String reader : List.of(ids.getFirst(), ids.getLast())) {
                assertTrue(pki.crl("issuer/" + reader + "/crl/der").getRevokedCertificate(serial) != null, reader);
            }
        }
    }

    @Test
    void the_parent_that_is_shown_is_the_one_that_lives_longest_and_is_not_revoked() {
        String last = root("400h");
        String future = early("500h");
        String next = root("300h");
        for (int i = 0; i < 4; i++) {
            root("50h");
        }
        String below = below();
        shown(last, below);
        pki.write("issuer/" + last + "/revoke");
        shown(next, below);
        pki.write("issuer/" + next + "/revoke");
        List<String> chain = PkiFixture.strings(pki.read("issuer/" + below).get("ca_chain"));
        Object begins = pki.read("issuer/" + future).get("certificate");
        assertTrue(!chain.get(1).equals(begins), "it has not begun");
        pki.pass(Duration.ofHours(25));
        assertEquals(
                begins,
                PkiFixture.strings(pki.read("issuer/" + below).get("ca_chain")).get(1));
    }

    @Test
    void a_parent_is_who_signed_whatever_others_of_its_name_and_key_identifier_say() {
        String signer = root("100h");
        String below = below();
        Object identifier = pki.read("key/" + key).get("subject_key_id");
        for (int i = 0; i < 4; i++) {
            pki.write(
                    "root/generate/internal",
                    "common_name",
                    "Root",
                    "key_type",
                    "ec",
                    "ttl",
                    "200h",
                    "skid",
                    identifier);
        }
        shown(signer, below);
    }

    @Test
    void an_issuer_whose_chain_is_shown_by_hand_stands_on_the_crl_of_who_signed_it() {
        String signer = root("100h");
        String below = below();
        pki.write("issuer/" + below, "manual_chain", below);
        Object answer = pki.read("issuer/" + below).get("certificate");
        assertEquals(List.of(answer), pki.read("issuer/" + below).get("ca_chain"));
        pki.write("issuer/" + below + "/revoke");
        assertTrue(pki.crl("issuer/" + signer + "/crl/der").isRevoked(PkiFixture.certificate(answer)));
    }
}
