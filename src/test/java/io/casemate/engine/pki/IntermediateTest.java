package io.casemate.engine.pki;

import static io.casemate.engine.pki.PkiFixture.certificate;
import static io.casemate.engine.pki.PkiFixture.strings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.EngineDriver;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntermediateTest {
    private final PkiFixture root = new PkiFixture();
    private final PkiFixture sub = new PkiFixture();

    @ParameterizedTest
    @ValueSource(strings = {"internal", "exported", "kms"})
    void a_chain_of_two_mounts(String type) throws Exception {
        Map<String, Object> ca = root.write(
                "root/generate/internal",
                "common_name",
                "Root",
                "key_type",
                "ec",
                "ttl",
                "87600h",
                "max_path_length",
                1);
        Map<String, Object> request =
                sub.write("intermediate/generate/" + type, "common_name", "Sub", "key_type", "ec", "key_name", "k");
        assertEquals(type.equals("exported"), request.containsKey("private_key"));
        Map<String, Object> signed =
                root.write("root/sign-intermediate", "csr", request.get("csr"), "common_name", "Sub", "ttl", "43800h");
        X509Certificate certificate = certificate(signed.get("certificate"));
        certificate.verify(certificate(ca.get("certificate")).getPublicKey());
        assertEquals(0, certificate.getBasicConstraints(), "one less than the root's");
        Map<String, Object> taken = sub.write(
                "intermediate/set-signed", "certificate", signed.get("certificate") + "\n" + ca.get("certificate"));
        List<String> issuers = strings(taken.get("imported_issuers"));
        assertEquals(2, issuers.size());
        assertEquals(request.get("key_id"), ((Map<?, ?>) taken.get("mapping")).get(issuers.getFirst()));
        assertEquals(issuers.getFirst(), sub.read("config/issuers").get("default"));
        sub.write("roles/r", "allow_any_name", true, "key_type", "ec");
        Map<String, Object> leaf = sub.write("issue/r", "common_name", "a.example.com");
        certificate(leaf.get("certificate")).verify(certificate.getPublicKey());
        assertEquals(List.of(signed.get("certificate"), ca.get("certificate")), leaf.get("ca_chain"));
        assertEquals(
                signed.get("certificate") + "\n" + ca.get("certificate"),
                new String(sub.raw("ca_chain"), StandardCharsets.US_ASCII));
        assertEquals(
                List.of(signed.get("certificate")),
                sub.write("issue/r", "common_name", "a.example.com", "remove_roots_from_chain", true)
                        .get("ca_chain"));
        assertTrue(sub.raw("crl").length > 100);
    }

    @Test
    void no_ca_is_signed_deeper_than_the_path_length() {
        root.post("root/generate/internal", "common_name=Root|key_type=ec|ttl=8760h|max_path_length=1");
        Object csr = sub.post("intermediate/generate/internal", "common_name=Sub|key_type=ec")
                .get("csr");
        String deeper = root.refusal("root/sign-intermediate", "csr", csr, "common_name", "Sub", "max_path_length", 1);
        assertTrue(deeper.contains("path_length_of_issuer"), deeper);
        Object signed = root.write("root/sign-intermediate", "csr", csr, "common_name", "Sub")
                .get("certificate");
        sub.write("intermediate/set-signed", "certificate", signed);
        String third = sub.refusal("root/sign-intermediate", "csr", csr, "common_name", "Third", "ttl", "1h");
        assertTrue(third.contains("path_length_of_issuer"), third);
    }

    @Test
    void an_intermediate_does_not_outlive_its_issuer() {
        root.write("root/generate/internal", "common_name", "Root", "key_type", "ec", "ttl", "10h");
        Object csr = sub.write("intermediate/generate/internal", "common_name", "Sub", "key_type", "ec")
                .get("csr");
        Map<String, Object> longer = PkiFixture.map("csr", csr, "common_name", "Sub", "ttl", "11h");
        Response cut = root.call(Operation.UPDATE, "root/sign-intermediate", longer);
        assertEquals(
                root.now().plus(Duration.ofHours(10)).getEpochSecond(),
                EngineDriver.data(cut).get("expiration"));
        assertTrue(cut.warnings().getFirst().contains("outlive its issuer"), cut.warnings()::toString);
        assertTrue(root.refusal(
                        "root/sign-intermediate",
                        "csr",
                        csr,
                        "common_name",
                        "Sub",
                        "ttl",
                        "11h",
                        "enforce_leaf_not_after_behavior",
                        true)
                .contains("beyond the expiration"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519"})
    void a_bundle_goes_in_once(String type) throws Exception {
        for (String form : List.of("der", "pkcs8")) {
            PkiFixture pki = new PkiFixture();
            Map<String, Object> ca = root.write(
                    "root/generate/exported",
                    "common_name",
                    "Root",
                    "key_type",
                    type,
                    "private_key_format",
                    form,
                    "ttl",
                    "8760h");
            Object bundle = ca.get("private_key") + "\n" + ca.get("certificate");
            Map<String, Object> first = pki.write("config/ca", "pem_bundle", bundle);
            assertEquals(1, strings(first.get("imported_issuers")).size());
            assertEquals(1, strings(first.get("imported_keys")).size());
            Map<String, Object> again = pki.write("issuers/import/bundle", "pem_bundle", bundle);
            assertEquals(first.get("imported_issuers"), again.get("existing_issuers"));
            assertEquals(first.get("imported_keys"), again.get("existing_keys"));
            assertEquals(List.of(), again.get("imported_issuers"));
            pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
            certificate(pki.write("issue/r", "common_name", "a.example.com").get("certificate"))
                    .verify(certificate(ca.get("certificate")).getPublicKey());
        }
    }

    @Test
    void a_key_finds_the_certificate_that_came_before_it() {
        Map<String, Object> ca =
                root.write("root/generate/exported", "common_name", "Root", "key_type", "ec", "ttl", "8760h");
        sub.write("issuers/import/cert", "pem_bundle", ca.get("certificate"));
        assertEquals("", sub.read("issuer/default").get("key_id"));
        sub.write("roles/r", "allow_any_name", true, "key_type", "ec");
        sub.refusal("issue/r", "common_name", "a.example.com");
        sub.write("config/ca", "pem_bundle", ca.get("private_key"));
        sub.write("issue/r", "common_name", "a.example.com");
    }

    @Test
    void what_is_no_ca_stays_outside_and_nothing_is_half_done() {
        Map<String, Object> ca = root.rootAndRole();
        Map<String, Object> leaf = root.write("issue/web", "common_name", "a.example.com");
        assertTrue(sub.refusal("config/ca", "pem_bundle", ca.get("certificate") + "\n" + leaf.get("certificate"))
                .contains("not a CA"));
        sub.refusal("issuers/import/cert", "pem_bundle", ca.get("certificate") + "\n" + leaf.get("private_key"));
        sub.refusal("config/ca", "pem_bundle", "");
        sub.refusal("config/ca", "pem_bundle", ca.get("certificate").toString().replace("CERTIFICATE", "PRIVATE KEY"));
        assertTrue(sub.storage.keys().isEmpty());
        assertFalse(root.refusal("root/sign-intermediate", "csr", "x", "common_name", "y")
                .isEmpty());
    }
}
