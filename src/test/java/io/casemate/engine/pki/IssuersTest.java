package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;

/** Several issuers and keys in one mount: rotation, bridges, names, URLs. */
class IssuersTest {
    private final PkiFixture pki = new PkiFixture();

    @Test
    void a_root_is_rotated_and_replaced() {
        pki.rootAndRole();
        String old = (String) pki.read("config/issuers").get("default");
        Map<String, Object> next = pki.write("root/rotate/internal", "common_name", "Next Root", "key_type", "ec");
        assertEquals("next", next.get("issuer_name"));
        assertEquals(old, pki.read("config/issuers").get("default"));
        pki.write("root/replace");
        assertEquals(next.get("issuer_id"), pki.read("config/issuers").get("default"));
        assertEquals(
                next.get("certificate"),
                pki.write("issue/web", "common_name", "a.example.com").get("issuing_ca"));
        pki.refusal("root/rotate/internal", "common_name", "Third", "key_type", "ec");
    }

    @Test
    void roots_are_bridged_by_cross_signing_and_by_signing_the_self_issued() throws Exception {
        Map<String, Object> first = pki.rootAndRole();
        Map<String, Object> second = pki.write(
                "root/generate/internal",
                "common_name",
                "Second Root",
                "key_type",
                "ec",
                "ttl",
                "8000h",
                "issuer_name",
                "second",
                "key_name",
                "second-key");
        X509Certificate bridge =
                PkiFixture.certificate(pki.write("root/sign-self-issued", "certificate", second.get("certificate"))
                        .get("certificate"));
        X509Certificate plain = PkiFixture.certificate(second.get("certificate"));
        bridge.verify(PkiFixture.certificate(first.get("certificate")).getPublicKey());
        assertEquals(plain.getSubjectX500Principal(), bridge.getSubjectX500Principal());
        assertArrayEquals(
                plain.getPublicKey().getEncoded(), bridge.getPublicKey().getEncoded());
        assertFalse(plain.getSerialNumber().equals(bridge.getSerialNumber()));
        Object csr = pki.write("intermediate/cross-sign", "common_name", "Second Root", "key_ref", "second-key")
                .get("csr");
        X509Certificate crossed = PkiFixture.certificate(
                pki.write("root/sign-intermediate", "csr", csr, "use_csr_values", true, "ttl", "8000h")
                        .get("certificate"));
        crossed.verify(PkiFixture.certificate(first.get("certificate")).getPublicKey());
        assertEquals(plain.getSubjectX500Principal(), crossed.getSubjectX500Principal());
        Object leaf = pki.write("issue/web", "common_name", "a.example.com").get("certificate");
        assertTrue(pki.refusal("root/sign-self-issued", "certificate", leaf).contains("not a CA"));
        assertTrue(pki.refusal(
                        "root/sign-self-issued",
                        "certificate",
                        io.casemate.crypto.Pem.encode("CERTIFICATE", bridge.getEncoded()))
                .contains("self-issued"));
        pki.write("root/generate/internal", "common_name", "RSA Root", "key_type", "rsa", "issuer_name", "rsa");
        assertTrue(pki.refusal(
                        "issuer/rsa/sign-self-issued",
                        "certificate",
                        second.get("certificate"),
                        "require_matching_certificate_algorithms",
                        true)
                .contains("rsa"));
    }

    @Test
    void urls_are_the_issuer_s_own_or_the_mount_s_with_templates_filled() throws Exception {
        Map<String, Object> root = pki.rootAndRole();
        pki.write(
                "config/urls",
                "issuing_certificates",
                "{{cluster_aia_path}}/issuer/{{issuer_id}}/der",
                "crl_distribution_points",
                "{{cluster_path}}/crl",
                "enable_templating",
                true);
        assertTrue(pki.refusal("issue/web", "common_name", "a.example.com").contains("config/cluster"));
        pki.refusal("config/cluster", "path", "not a url");
        pki.write("config/cluster", "path", "https://c.example.com/v1/pki", "aia_path", "http://aia.example.com");
        String text = extensions(issue());
        assertTrue(text.contains("http://aia.example.com/issuer/" + root.get("issuer_id") + "/der"), text);
        assertTrue(text.contains("https://c.example.com/v1/pki/crl"), text);
        pki.write("issuer/default", "ocsp_servers", "http://own.example.com/ocsp");
        String own = extensions(issue());
        assertTrue(own.contains("http://own.example.com/ocsp") && !own.contains("c.example.com/v1"), own);
        assertEquals(
                List.of("http://own.example.com/ocsp"),
                pki.read("issuer/default").get("ocsp_servers"));
        pki.write("issuer/default", "ocsp_servers", "");
        assertTrue(extensions(issue()).contains("aia.example.com"));
        pki.refusal("issuer/default", "ocsp_servers", "{{cluster_path}}/ocsp");
        pki.refusal("config/urls", "ocsp_servers", "{{bogus}}/ocsp");
    }

    private X509Certificate issue() {
        return PkiFixture.certificate(
                pki.write("issue/web", "common_name", "a.example.com").get("certificate"));
    }

    private static String extensions(X509Certificate leaf) {
        StringBuilder text = new StringBuilder();
        for (var oid : List.of(Extension.authorityInfoAccess, Extension.cRLDistributionPoints)) {
            byte[] value = leaf.getExtensionValue(oid.getId());
            text.append(value == null ? "" : new String(value, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    @Test
    void settings_of_an_issuer_stay_until_they_are_changed() {
        Map<String, Object> root = pki.rootAndRole();
        String id = (String) root.get("issuer_id");
        pki.call(
                Operation.PATCH,
                "issuer/default",
                Map.of("leaf_not_after_behavior", "always_enforce_err", "manual_chain", id, "issuer_name", "main"));
        pki.reopen();
        Map<String, Object> shown = pki.read("issuer/main");
        assertEquals("always_enforce_err", shown.get("leaf_not_after_behavior"));
        assertEquals(List.of(id), shown.get("manual_chain"));
        assertEquals("read-only,issuing-certificates,crl-signing,ocsp-signing", shown.get("usage"));
        pki.refusal("issue/web", "common_name", "a.example.com", "not_after", "2099-01-01T00:00:00Z");
        Map<String, Object> other =
                pki.write("root/generate/internal", "common_name", "Other", "key_type", "ec", "issuer_name", "other");
        pki.refusal("issuer/main", "manual_chain", other.get("issuer_id"));
        pki.refusal("issuer/main", "leaf_not_after_behavior", "explode");
        pki.write("issuer/main", "usage", "read-only");
        pki.refusal("issue/web", "common_name", "a.example.com");
    }

    @Test
    void crls_are_signed_as_the_issuer_says() throws Exception {
        Map<String, Object> root = pki.write("root/generate/internal", "common_name", "R", "key_type", "rsa");
        String field = "revocation_signature_algorithm";
        assertEquals("", pki.read("issuer/default").get(field));
        assertEquals(
                "SHA384WithRSAPSS",
                pki.write("issuer/default", field, "sha384withrsapss").get(field));
        pki.reopen();
        pki.write("issuer/default", "leaf_not_after_behavior", "truncate");
        assertEquals("SHA384WithRSAPSS", pki.read("issuer/default").get(field));
        X509CRL crl = pki.crl("crl");
        assertEquals("RSASSA-PSS", crl.getSigAlgName());
        crl.verify(PkiFixture.certificate(root.get("certificate")).getPublicKey());
        assertTrue(pki.refusal("issuer/default", field, "ECDSAWithSHA256").contains("SHA256WithRSA, "));
        assertEquals("", pki.write("issuer/default", field, "").get(field));
        pki.write("root/generate/internal", "common_name", "E", "key_type", "ec", "issuer_name", "e");
        assertEquals(
                "ECDSAWithSHA256",
                pki.write("issuer/e", field, "ECDSAWithSHA256").get(field));
        pki.refusal("issuer/e", field, "ECDSAWithSHA512");
    }

    @Test
    void keys_are_made_imported_renamed_and_one_is_the_default() throws Exception {
        Map<String, Object> made = pki.write("keys/generate/exported", "key_type", "ec", "key_name", "one");
        assertEquals("ec", made.get("key_type"));
        assertEquals(made.get("key_id"), pki.read("key/one").get("key_id"));
        assertEquals(null, pki.read("key/one").get("private_key"));
        PkiFixture other = new PkiFixture();
        Map<String, Object> taken =
                other.write("keys/import", "pem_bundle", made.get("private_key"), "key_name", "same");
        assertEquals(made.get("subject_key_id"), taken.get("subject_key_id"));
        assertEquals("same", taken.get("key_name"));
        assertEquals(
                taken.get("key_id"),
                other.write("keys/import", "pem_bundle", made.get("private_key"), "key_name", "again")
                        .get("key_id"));
        pki.write("key/one", "key_name", "first");
        assertEquals("first", pki.read("key/first").get("key_name"));
        pki.write("keys/generate/internal", "key_type", "ml-dsa", "key_bits", 44, "key_name", "pq");
        pki.refusal("key/pq", "key_name", "first");
        pki.write("config/keys", "default", "pq");
        assertEquals("ml-dsa", pki.read("key/default").get("key_type"));
        pki.write("root/generate/existing", "common_name", "Post-quantum Root");
        assertEquals(
                "ML-DSA-44",
                PkiFixture.certificate(pki.read("cert/ca").get("certificate")).getSigAlgName());
        pki.refusal("keys/generate/existing");
        String encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----";
        assertTrue(pki.refusal("keys/import", "pem_bundle", encrypted).contains("openssl pkcs8"));
        assertTrue(pki.refusal("config/ca", "pem_bundle", encrypted).contains("openssl pkcs8"));
    }

    /** Clients compare what they sent with what they read, byte by byte. */
    @Test
    void the_pem_of_an_issuer_ends_its_last_line_and_that_of_a_certificate_does_not() {
        Map<String, Object> root = pki.rootAndRole();
        String end = "-----END CERTIFICATE-----";
        assertTrue(root.get("certificate").toString().endsWith(end));
        String whole = root.get("certificate") + "\n";
        assertEquals(whole, pki.read("issuer/default").get("certificate"));
        assertEquals(List.of(whole), pki.read("issuer/default").get("ca_chain"));
        assertEquals(whole, pki.read("issuer/default/json").get("certificate"));
        assertEquals(List.of(whole), pki.read("issuer/default/json").get("ca_chain"));
        assertEquals(whole, new String(pki.raw("issuer/default/pem"), StandardCharsets.US_ASCII));
        assertTrue(new String(pki.raw("ca/pem"), StandardCharsets.US_ASCII).endsWith(end));
        Map<String, Object> leaf = pki.write("issue/web", "common_name", "a.example.com");
        assertTrue(leaf.get("certificate").toString().endsWith(end));
        assertTrue(leaf.get("issuing_ca").toString().endsWith(end));
        assertEquals(List.of(leaf.get("issuing_ca")), leaf.get("ca_chain"));
    }

    @Test
    void who_has_the_certificate_is_told_so() {
        pki.rootAndRole();
        String modified = get("ca", "").headers().get("Last-Modified");
        for (String path : List.of("ca", "ca/pem", "ca_chain", "issuer/default/json", "issuer/default/der")) {
            assertEquals(304, get(path, modified).status(), path);
            assertEquals(0, get(path, "Mon, 01 Jan 2001 00:00:00 GMT").status());
            assertEquals(0, get(path, "yesterday").status());
        }
        pki.pass(Duration.ofSeconds(2));
        pki.write("issuer/default", "issuer_name", "renamed");
        assertEquals(0, get("ca", modified).status());
    }

    private Response get(String path, String since) {
        Request plain = Requests.of(Operation.READ, path, Map.of());
        Request.Peer peer = new Request.Peer("127.0.0.1", 1, List.of(), Map.of("if-modified-since", since));
        return pki.call(
                new Request(
                        plain.id(),
                        plain.namespace(),
                        plain.operation(),
                        plain.path(),
                        plain.data(),
                        plain.token(),
                        plain.wrapTtl(),
                        peer),
                Caller.anonymous());
    }
}
