package io.casemate.engine.pki;

import static io.casemate.engine.pki.PkiFixture.certificate;
import static io.casemate.engine.pki.PkiFixture.strings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IssueTest {
    private final PkiFixture pki = new PkiFixture();

    @Test
    void a_root_answers_with_the_api_s_members() throws Exception {
        Map<String, Object> root = pki.post(
                "root/generate/internal", "common_name=Test Root|issuer_name=first|key_name=k1|key_type=ec|ttl=8760h");
        assertEquals(
                members("certificate issuing_ca serial_number expiration issuer_id issuer_name key_id key_name"),
                root.keySet());
        X509Certificate certificate = certificate(root.get("certificate"));
        certificate.verify(certificate.getPublicKey());
        assertTrue(certificate.getKeyUsage()[5] && certificate.getKeyUsage()[6]);
        Instant end = certificate.getNotAfter().toInstant();
        assertEquals(pki.now().plus(Duration.ofDays(365)), end);
        assertEquals(end.getEpochSecond(), root.get("expiration"));
        assertEquals(root.get("issuer_id"), pki.read("issuer/first").get("issuer_id"));
        assertEquals(root.get("issuer_id"), pki.read("config/issuers").get("default"));
        assertEquals("ec", pki.read("key/k1").get("key_type"));
    }

    @Test
    void a_root_has_the_subject_that_was_asked_for() {
        Map<String, Object> root = pki.write(
                "issuers/generate/root/internal",
                "common_name",
                "Test Root",
                "key_type",
                "ec",
                "organization",
                List.of("Example, Inc."),
                "country",
                "CH",
                "max_path_length",
                1);
        X509Certificate certificate = certificate(root.get("certificate"));
        assertEquals(1, certificate.getBasicConstraints());
        assertEquals(
                "CN=Test Root,O=Example\\, Inc.,C=CH",
                certificate.getSubjectX500Principal().getName());
    }

    @Test
    void a_leaf_answers_with_the_api_s_members_and_verifies() throws Exception {
        Map<String, Object> root = pki.rootAndRole();
        Map<String, Object> leaf = pki.post("issue/web", "common_name=a.example.com|ttl=2h0m0s");
        assertEquals(
                members("certificate issuing_ca ca_chain private_key private_key_type serial_number expiration"),
                leaf.keySet());
        certificate(leaf.get("certificate"))
                .verify(certificate(root.get("certificate")).getPublicKey());
        assertEquals(root.get("certificate"), leaf.get("issuing_ca"));
        assertEquals(List.of(root.get("certificate")), leaf.get("ca_chain"));
        assertEquals("ec", leaf.get("private_key_type"));
        assertTrue(((String) leaf.get("private_key")).startsWith("-----BEGIN EC PRIVATE KEY-----"));
        assertEquals(
                leaf.get("certificate"),
                pki.read("cert/" + leaf.get("serial_number")).get("certificate"));
    }

    @Test
    void a_leaf_has_what_was_asked_for() throws Exception {
        pki.rootAndRole();
        Map<String, Object> leaf = pki.post(
                "issue/web",
                "common_name=a.example.com|alt_names=b.example.com,*.c.example.com|ip_sans=10.0.0.1,::1"
                        + "|exclude_cn_from_sans=false|ttl=2h0m0s");
        X509Certificate certificate = certificate(leaf.get("certificate"));
        List<Object> names = certificate.getSubjectAlternativeNames().stream()
                .<Object>map(name -> name.get(1))
                .toList();
        assertEquals(
                List.of("a.example.com", "b.example.com", "*.c.example.com", "10.0.0.1", "0:0:0:0:0:0:0:1"), names);
        assertEquals(-1, certificate.getBasicConstraints());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(
                pki.now().plus(Duration.ofHours(2)), certificate.getNotAfter().toInstant());
        assertEquals(
                pki.now().minus(Duration.ofSeconds(30)),
                certificate.getNotBefore().toInstant());
    }

    private static Set<String> members(String names) {
        return Set.of(names.split(" "));
    }

    @Test
    void no_store_keeps_nothing() {
        pki.rootAndRole();
        pki.write("roles/quick", "allow_any_name", true, "key_type", "ec", "no_store", true);
        List<String> before = pki.storage.keys();
        int commits = pki.storage.commits();
        pki.write("issue/quick", "common_name", "a.example.com");
        assertEquals(before, pki.storage.keys());
        assertEquals(commits, pki.storage.commits());
    }

    @Test
    void formats() {
        pki.rootAndRole();
        Map<String, Object> der = pki.write("issue/web", "common_name", "a.example.com", "format", "der");
        byte[] bytes = java.util.Base64.getDecoder().decode((String) der.get("certificate"));
        assertEquals(0x30, bytes[0]);
        Map<String, Object> bundle = pki.write(
                "issue/web", "common_name", "a.example.com", "format", "pem_bundle", "private_key_format", "pkcs8");
        String text = (String) bundle.get("certificate");
        assertTrue(text.startsWith("-----BEGIN PRIVATE KEY-----"));
        assertEquals(3, text.split("-----BEGIN ").length - 1);
        assertTrue(pki.refusal("issue/web", "common_name", "a.example.com", "format", "p12")
                .contains("pem_bundle"));
    }

    @Test
    void life_is_bounded_by_role_and_issuer() {
        pki.write("root/generate/internal", "common_name", "Short", "key_type", "ec", "ttl", "10h");
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec", "max_ttl", "5h");
        var response = pki.call(
                io.casemate.kernel.Operation.UPDATE,
                "issue/r",
                PkiFixture.map("common_name", "a.example.com", "ttl", "6h"));
        assertEquals(1, response.warnings().size());
        assertEquals(
                pki.now().plus(Duration.ofHours(5)).getEpochSecond(),
                ((Number) PkiFixture.data(response).get("expiration")).longValue());
        pki.write("roles/long", "allow_any_name", true, "key_type", "ec");
        String beyond = pki.refusal("issue/long", "common_name", "a.example.com", "ttl", "11h");
        assertTrue(beyond.contains("beyond the expiration of the CA"), beyond);
        pki.write("issuer/default", "leaf_not_after_behavior", "truncate");
        assertEquals(
                pki.now().plus(Duration.ofHours(10)).getEpochSecond(),
                ((Number) pki.write("issue/long", "common_name", "a.example.com", "ttl", "11h")
                                .get("expiration"))
                        .longValue());
        pki.write("issuer/default", "leaf_not_after_behavior", "permit");
        pki.write("issue/long", "common_name", "a.example.com", "ttl", "11h");
        pki.refusal("issue/r", "common_name", "a.example.com", "not_after", "9999-12-31T23:59:59Z");
        pki.refusal("issue/r", "common_name", "a.example.com", "not_after", "2001-01-01T00:00:00Z");
        pki.refusal("issue/r", "common_name", "a.example.com", "not_after", "2101-01-01T00:00:00Z", "ttl", "1h");
    }

    @Test
    void a_key_born_in_the_hsm_signs_and_never_lies_in_storage() throws Exception {
        pki.register("ca-key", io.casemate.crypto.KeyKind.EC_P256);
        Map<String, Object> root = pki.write(
                "root/generate/kms", "common_name", "HSM Root", "key_type", "ec", "managed_key_name", "ca-key");
        assertTrue(pki.signers.held().containsKey("ca-key"));
        assertEquals("ca-key", pki.read("key/" + root.get("key_id")).get("managed_key_name"));
        assertFalse(pki.storage.keys().stream().anyMatch(key -> key.startsWith("key-secret/")));
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
        certificate(pki.write("issue/r", "common_name", "a.example.com").get("certificate"))
                .verify(certificate(root.get("certificate")).getPublicKey());
        Map<String, Object> born =
                pki.write("root/generate/kms", "common_name", "HSM Root 2", "key_type", "rsa", "key_name", "second");
        assertTrue(pki.signers.held().containsKey("casemate-pki-" + born.get("key_id")));
    }

    @Test
    void a_refused_root_leaves_no_key_in_the_hsm() {
        pki.register("k", io.casemate.crypto.KeyKind.EC_P256);
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "signature_bits", 160);
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "alt_names", "a..b");
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "not_before_duration", "500000h");
        pki.refusal("root/generate/kms", "managed_key_name", "k");
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "country", "Switzerland");
        pki.post("root/generate/internal", "common_name=R|key_type=ec|key_name=taken|issuer_name=taken");
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "key_name", "taken");
        pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", "k", "issuer_name", "taken");
        assertTrue(pki.signers.held().isEmpty());
    }

    @Test
    void the_issuer_is_named_by_role_or_path_and_never_by_the_body() {
        Object first = pki.rootAndRole().get("certificate");
        Object other = pki.post("root/generate/internal", "common_name=Other|key_type=ec|issuer_name=other")
                .get("certificate");
        assertEquals(
                first,
                pki.post("issue/web", "common_name=a.example.com|issuer_ref=other")
                        .get("issuing_ca"));
        assertEquals(
                other,
                pki.post("issuer/other/issue/web", "common_name=a.example.com").get("issuing_ca"));
        assertEquals(
                first,
                pki.write("root/sign-intermediate", "common_name", "S", "csr", Csrs.pem("CN=S"), "issuer_ref", "other")
                        .get("issuing_ca"));
    }

    @Test
    void far_dates_keep_their_century() {
        pki.rootAndRole();
        pki.post("roles/old", "allow_any_name=true|key_type=ec|not_before_duration=876000h");
        assertTrue(pki.refusal("issue/old", "common_name", "a.b").contains("not_before_duration"));
        pki.post("roles/far", "allow_any_name=true|key_type=ec|not_after=9999-12-31T23:59:59Z");
        pki.post("issuer/default", "leaf_not_after_behavior=permit");
        Object pem = pki.post("issue/far", "common_name=a.b").get("certificate");
        assertEquals(
                Instant.parse("9999-12-31T23:59:59Z"),
                certificate(pem).getNotAfter().toInstant());
    }

    @Test
    void every_kind_of_key_issues() throws Exception {
        for (String type : List.of("rsa", "ec", "ed25519", "ml-dsa")) {
            Map<String, Object> root = pki.write(
                    "root/generate/exported", "common_name", "Root " + type, "key_type", type, "issuer_name", type);
            assertEquals(type, root.get("private_key_type"));
            pki.write("roles/" + type, "allow_any_name", true, "key_type", type, "issuer_ref", type);
            X509Certificate leaf = certificate(
                    pki.write("issue/" + type, "common_name", "a.example.com").get("certificate"));
            leaf.verify(certificate(root.get("certificate")).getPublicKey());
            boolean[] usage = leaf.getKeyUsage();
            assertTrue(usage[0]);
            assertEquals(type.equals("rsa"), usage[2], "keyEncipherment");
            assertEquals(type.equals("ec"), usage[4], "keyAgreement");
        }
        assertEquals(4, pki.list("issuers").size());
        assertEquals(4, pki.list("keys").size());
        assertEquals(strings(List.of("ec", "ed25519", "ml-dsa", "rsa")), pki.list("roles"));
    }

    @Test
    void a_role_without_key_usages_makes_certificates_without() {
        pki.rootAndRole();
        pki.write(
                "roles/none",
                "allow_any_name",
                true,
                "key_type",
                "ec",
                "key_usage",
                List.of(),
                "ext_key_usage",
                "MicrosoftKernelCodeSigning");
        X509Certificate leaf =
                certificate(pki.write("issue/none", "common_name", "a.b").get("certificate"));
        assertEquals(null, leaf.getKeyUsage());
        assertTrue(leaf.toString().contains("1.3.6.1.4.1.311.61.1.1"));
    }
}
