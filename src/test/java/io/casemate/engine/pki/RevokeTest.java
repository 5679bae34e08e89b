package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Pem;
import io.casemate.kernel.Operation;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevokeTest {
    private final PkiFixture pki = new PkiFixture();

    private X509CRL crl() throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(pki.raw("crl")));
    }

    private long number() throws Exception {
        byte[] extension = crl().getExtensionValue("2.5.29.20");
        return new BigInteger(1, java.util.Arrays.copyOfRange(extension, 4, extension.length)).longValue();
    }

    @Test
    void a_revocation_stands_in_the_next_crl_that_is_read() throws Exception {
        Map<String, Object> root = pki.rootAndRole();
        assertNull(crl().getRevokedCertificates());
        assertEquals(1, number());
        Map<String, Object> leaf = pki.write("issue/web", "common_name", "a.example.com");
        String serial = (String) leaf.get("serial_number");
        Map<String, Object> answer =
                pki.write("revoke", "serial_number", serial.replace(':', '-').toUpperCase(java.util.Locale.ROOT));
        assertEquals(Set.of("revocation_time", "revocation_time_rfc3339", "state"), answer.keySet());
        X509CRL crl = crl();
        crl.verify(PkiFixture.certificate(root.get("certificate")).getPublicKey());
        assertTrue(crl.isRevoked(PkiFixture.certificate(leaf.get("certificate"))));
        assertEquals(2, number());
        assertEquals(2, number(), "nothing changed, nothing is built");
        assertEquals(List.of(serial), pki.list("certs/revoked"));
        assertEquals(answer.get("revocation_time"), pki.read("cert/" + serial).get("revocation_time"));
        pki.pass(Duration.ofHours(1));
        assertEquals(answer, pki.write("revoke", "serial_number", serial), "the first revocation counts");
    }

    @Test
    void a_revocation_writes_two_small_records_whatever_came_before() {
        pki.rootAndRole();
        for (int i = 0; i < 20; i++) {
            String serial = (String)
                    pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
            int before = pki.storage.commits();
            pki.write("revoke", "serial_number", serial);
            assertEquals(before + 1, pki.storage.commits());
        }
    }

    @Test
    void a_crl_is_renewed_in_time_and_drops_what_expired() throws Exception {
        pki.rootAndRole();
        String serial = (String) pki.write("issue/web", "common_name", "a.example.com", "ttl", "30h")
                .get("serial_number");
        pki.write("revoke", "serial_number", serial);
        assertEquals(1, crl().getRevokedCertificates().size());
        assertEquals(pki.now().plus(Duration.ofDays(3)), crl().getNextUpdate().toInstant());
        pki.pass(Duration.ofHours(59));
        assertEquals(1, number());
        pki.pass(Duration.ofHours(2));
        assertEquals(2, number());
        assertEquals(1, crl().getRevokedCertificates().size(), "once more after its end");
        pki.call(Operation.READ, "crl/rotate", Map.of());
        assertEquals(3, number());
        assertNull(crl().getRevokedCertificates());
    }

    @Test
    void a_short_crl_needs_no_shorter_grace() throws Exception {
        pki.rootAndRole();
        pki.write("config/crl", "expiry", "6h");
        assertEquals(1, number());
        assertEquals(pki.now().plus(Duration.ofHours(6)), crl().getNextUpdate().toInstant());
        pki.pass(Duration.ofMinutes(170));
        assertEquals(1, number());
        pki.pass(Duration.ofMinutes(20));
        assertEquals(2, number(), "past half its life");
        assertTrue(pki.refusal("config/crl", "auto_rebuild", true).contains("auto_rebuild_grace_period"));
        pki.write("config/crl", "auto_rebuild", true, "auto_rebuild_grace_period", "1h");
    }

    @Test
    void a_certificate_that_was_not_kept_is_revoked_by_showing_it() throws Exception {
        pki.rootAndRole();
        pki.write("roles/quick", "allow_any_name", true, "key_type", "ec", "no_store", true);
        Map<String, Object> leaf = pki.write("issue/quick", "common_name", "a.example.com");
        pki.refusal("revoke", "serial_number", leaf.get("serial_number"));
        pki.write("revoke", "certificate", leaf.get("certificate"));
        assertTrue(crl().isRevoked(PkiFixture.certificate(leaf.get("certificate"))));
        PkiFixture other = new PkiFixture();
        other.rootAndRole();
        Object foreign =
                other.write("issue/web", "common_name", "a.example.com").get("certificate");
        assertTrue(pki.refusal("revoke", "certificate", foreign).contains("not issued by"));
    }

    @Test
    void refusals() {
        Map<String, Object> root = pki.rootAndRole();
        assertTrue(pki.refusal("revoke", "serial_number", root.get("serial_number"))
                .contains("own CRL"));
        pki.refusal("revoke");
        pki.refusal("revoke", "serial_number", "zz");
        pki.refusal("revoke", "serial_number", "01:02");
        pki.refusal("revoke", "serial_number", "01", "certificate", "x");
        pki.refusal("revoke", "certificate", "x");
        String serial = (String) pki.write("issue/web", "common_name", "a.example.com", "ttl", "1h")
                .get("serial_number");
        pki.pass(Duration.ofHours(2));
        var response = pki.call(Operation.UPDATE, "revoke", Map.of("serial_number", serial));
        assertTrue(response.warnings().getFirst().contains("already expired"));
        pki.refusal("config/crl", "enable_delta", true);
        pki.refusal("config/crl", "unified_crl", true);
        pki.refusal("config/crl", "expiry", "1s");
        pki.write("config/crl", "expiry", "24h");
        assertEquals("24h", pki.read("config/crl").get("expiry"));
    }

    @Test
    void every_public_form_of_certificate_and_crl() {
        Map<String, Object> root = pki.rootAndRole();
        String pem = (String) root.get("certificate");
        byte[] der = Pem.decode(pem).getFirst().der();
        assertArrayEquals(der, pki.raw("ca"));
        assertArrayEquals(der, pki.raw("issuer/default/der"));
        assertArrayEquals(der, pki.raw("cert/" + root.get("serial_number") + "/raw"));
        for (String path : List.of("ca/pem", "ca_chain", "cert/ca/raw/pem")) {
            assertEquals(pem, new String(pki.raw(path), StandardCharsets.US_ASCII));
        }
        assertEquals(pem, pki.read("cert/ca").get("certificate"));
        assertEquals(pem + "\n", new String(pki.raw("issuer/default/pem"), StandardCharsets.US_ASCII));
        assertEquals(pem + "\n", pki.read("issuer/default/json").get("certificate"));
        String crl = Pem.encode("X509 CRL", pki.raw("crl"));
        assertEquals(crl, new String(pki.raw("crl/pem"), StandardCharsets.US_ASCII));
        assertEquals(crl, new String(pki.raw("issuer/default/crl/pem"), StandardCharsets.US_ASCII));
        assertEquals(crl, pki.read("cert/crl").get("certificate"));
        assertEquals(crl, pki.read("issuer/default/crl").get("crl"));
        assertArrayEquals(pki.raw("crl"), pki.raw("issuer/" + root.get("issuer_id") + "/crl/der"));
    }

    @Test
    void a_new_issuer_has_a_crl_of_its_own() throws Exception {
        pki.rootAndRole();
        String serial =
                (String) pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
        pki.write("revoke", "serial_number", serial);
        Object second = pki.write("root/generate/internal", "common_name", "Second", "key_type", "ec")
                .get("issuer_id");
        assertNotNull(crl().getRevokedCertificates());
        pki.write("config/issuers", "default", second);
        assertNull(crl().getRevokedCertificates());
        pki.call(Operation.DELETE, "root", Map.of());
        assertFalse(pki.storage.keys().stream()
                .anyMatch(key -> key.startsWith("issuer/") || key.startsWith("key-secret/")));
        assertEquals(0, pki.list("issuers").size());
    }

    @Test
    void who_has_the_key_may_revoke() throws Exception {
        pki.rootAndRole();
        Map<String, Object> leaf = pki.write("issue/web", "common_name", "a.example.com");
        Map<String, Object> other = pki.write("issue/web", "common_name", "b.example.com");
        Object serial = leaf.get("serial_number");
        assertTrue(pki.refusal("revoke-with-key", "serial_number", serial, "private_key", other.get("private_key"))
                .contains("not the key"));
        pki.refusal("revoke-with-key", "serial_number", serial);
        pki.refusal("revoke-with-key", "serial_number", serial, "private_key", leaf.get("certificate"));
        assertNull(crl().getRevokedCertificates());
        pki.write("revoke-with-key", "serial_number", serial, "private_key", leaf.get("private_key"));
        pki.write("revoke-with-key", "certificate", other.get("certificate"), "private_key", other.get("private_key"));
        assertEquals(2, crl().getRevokedCertificates().size());
    }

    @Test
    void a_revoked_issuer_issues_no_more_and_stands_on_its_issuers_crl() throws Exception {
        pki.rootAndRole();
        Object csr = pki.csr("Below");
        Object certificate = pki.write("root/sign-intermediate", "csr", csr, "common_name", "Below")
                .get("certificate");
        Object below = pki.issuer(certificate);
        pki.write("issuer/" + below + "/issue/web", "common_name", "a.example.com");
        Map<String, Object> answer = pki.write("issuer/" + below + "/revoke");
        assertEquals(true, answer.get("revoked"));
        assertEquals(pki.now().getEpochSecond(), answer.get("revocation_time"));
        assertEquals(answer, pki.read("issuer/" + below));
        assertTrue(crl().isRevoked(PkiFixture.certificate(certificate)));
        pki.refusal("issuer/" + below + "/issue/web", "common_name", "a.example.com");
        assertTrue(
                pki.refusal("issuer/" + below, "usage", "issuing-certificates").contains("revoked"));
        pki.write("issuer/" + below, "usage", "crl-signing");
        pki.pass(Duration.ofHours(1));
        assertEquals(
                answer.get("revocation_time"),
                pki.write("issuer/" + below + "/revoke").get("revocation_time"));
        var root = pki.call(Operation.UPDATE, "issuer/default/revoke", Map.of());
        assertTrue(root.warnings().getFirst().contains("signed"));
    }

    @Test
    void where_no_crl_would_tell_of_it_a_revocation_is_no_success() {
        PkiFixture above = new PkiFixture();
        Map<String, Object> root =
                above.write("root/generate/exported", "common_name", "Above", "key_type", "ec", "ttl", "87600h");
        above.write("roles/web", "allow_any_name", true, "key_type", "ec", "ttl", "24h");
        Object leaf = above.write("issue/web", "common_name", "a.example.com").get("certificate");
        pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"));
        Object certificate = above.write("root/sign-intermediate", "csr", pki.csr("Below"), "common_name", "Below")
                .get("certificate");
        String below = pki.issuer(certificate);
        String path = "issuer/" + below + "/revoke";
        String warning = pki.call(Operation.UPDATE, path, Map.of()).warnings().getFirst();
        assertTrue(warning.contains("whoever issued it has to revoke it too"), warning);
        assertTrue(pki.refusal("revoke", "certificate", leaf).contains("signs neither CRLs nor OCSP"));
        pki.write("keys/import", "pem_bundle", root.get("private_key"));
        assertEquals(List.of(), pki.call(Operation.UPDATE, path, Map.of()).warnings());
        pki.write("revoke", "certificate", leaf);
        X509CRL crl = pki.crl("issuer/" + byCertificate(root.get("certificate")) + "/crl/der");
        assertTrue(crl.isRevoked(PkiFixture.certificate(certificate)));
        assertTrue(crl.isRevoked(PkiFixture.certificate(leaf)));
        pki.write("issuer/" + byCertificate(root.get("certificate")), "usage", "issuing-certificates");
        assertEquals(1, pki.call(Operation.UPDATE, path, Map.of()).warnings().size());
    }

    private Object byCertificate(Object pem) {
        return PkiFixture.strings(
                        pki.write("issuers/import/cert", "pem_bundle", pem).get("existing_issuers"))
                .getFirst();
    }

    @Test
    void an_intermediate_that_issues_here_is_not_revoked_like_an_end_certificate() {
        pki.rootAndRole();
        Map<String, Object> request =
                pki.write("intermediate/generate/exported", "common_name", "Below", "key_type", "ec");
        Map<String, Object> signed =
                pki.write("root/sign-intermediate", "csr", request.get("csr"), "common_name", "Below");
        String below = pki.issuer(signed.get("certificate"));
        String serial = (String) signed.get("serial_number");
        Object key = request.get("private_key");
        for (String refused : List.of(
                pki.refusal("revoke", "serial_number", serial),
                pki.refusal("revoke", "certificate", signed.get("certificate")),
                pki.refusal("revoke-with-key", "serial_number", serial, "private_key", key))) {
            assertTrue(refused.contains("issuer/" + below + "/revoke"), refused);
        }
        assertEquals(List.of(), pki.list("certs/revoked"));
        pki.write("issuer/" + below + "/revoke");
        assertEquals(1, pki.list("certs/revoked").size());
    }

    @Test
    void an_intermediate_is_not_revoked_by_acme_either() throws Exception {
        try (AcmeFixture acme = new AcmeFixture()) {
            String request = Csrs.pem("CN=Below");
            Object pem = acme.mount
                    .write("root/sign-intermediate", "csr", request, "common_name", "Below")
                    .get("certificate");
            AcmeClient holder = new AcmeClient(acme.mount, "acme", "ES256");
            holder.use(AcmeClient.csrKey(), "ES256");
            acme.mount.write("issuers/import/cert", "pem_bundle", pem);
            Map<String, Object> wish = Map.of(
                    "certificate", AcmeClient.b64(PkiFixture.certificate(pem).getEncoded()));
            assertEquals("unauthorized", holder.post("revoke-cert", wish).problem());
            assertEquals(List.of(), acme.mount.list("certs/revoked"));
        }
    }
}
