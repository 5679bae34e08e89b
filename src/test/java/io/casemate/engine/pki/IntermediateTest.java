package io.casemate.engine.pki;

import static io.casemate.engine.pki.PkiFixture.certificate;
import static io.casemate.engine.pki.PkiFixture.strings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.EngineDriver;
import io.casemate.kernel.FaultException;
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
        Object csr = sub.csr("Sub");
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
        root.write("issuer/default", "leaf_not_after_behavior", "always_enforce_err");
        assertTrue(root.refusal("root/sign-intermediate", "csr", csr, "common_name", "Sub", "ttl", "11h")
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
        assertEquals(
                "", sub.read("config/issuers").get("default"), "what cannot issue is not meant when none is named");
        sub.write("roles/r", "allow_any_name", true, "key_type", "ec");
        assertThrows(FaultException.class, () -> sub.write("issue/r", "common_name", "a.example.com"));
        sub.write("config/ca", "pem_bundle", ca.get("private_key"));
        sub.write("issue/r", "common_name", "a.example.com");
    }

    /** An intermediate of {@link #sub}'s own key, and the root that signed it. */
    private String[] renewed() {
        Object ca = root.write("root/generate/internal", "common_name", "Root", "key_type", "ec", "ttl", "8760h")
                .get("certificate");
        Object csr = sub.csr("Sub");
        Object signed = root.write("root/sign-intermediate", "csr", csr, "common_name", "Sub", "ttl", "10h")
                .get("certificate");
        return new String[] {(String) signed, (String) ca};
    }

    @Test
    void a_root_without_its_key_that_came_first_is_not_what_issues() {
        String[] chain = renewed();
        sub.write("issuers/import/cert", "pem_bundle", chain[1]);
        sub.write("intermediate/set-signed", "certificate", chain[0]);
        sub.write("roles/r", "allow_any_name", true, "key_type", "ec");
        assertEquals(
                chain[0],
                sub.write("issue/r", "common_name", "a.example.com", "ttl", "1h")
                        .get("issuing_ca"));
    }

    @Test
    void a_default_that_follows_the_latest_follows_the_one_that_can_issue() {
        sub.rootAndRole();
        sub.write("config/issuers", "default_follows_latest_issuer", true);
        String[] chain = renewed();
        Response taken = sub.call(
                Operation.UPDATE, "intermediate/set-signed", PkiFixture.map("certificate", chain[0] + "\n" + chain[1]));
        assertEquals(List.of(), taken.warnings());
        assertEquals(
                chain[0],
                sub.write("issue/web", "common_name", "a.example.com", "ttl", "1h")
                        .get("issuing_ca"));
        Object root = sub.write("root/generate/internal", "common_name", "Next", "key_type", "ec")
                .get("issuer_id");
        assertEquals(root, sub.read("config/issuers").get("default"));
        for (String more : List.of(keyless(), two())) {
            Response stays = sub.call(Operation.UPDATE, "config/ca", PkiFixture.map("pem_bundle", more));
            assertEquals(root, sub.read("config/issuers").get("default"));
            assertTrue(stays.warnings().getFirst().contains("config/issuers"), stays.warnings()::toString);
        }
    }

    private static String keyless() {
        return (String) new PkiFixture().rootAndRole().get("certificate");
    }

    private static String two() {
        StringBuilder bundle = new StringBuilder();
        for (String name : List.of("One", "Two")) {
            Map<String, Object> ca =
                    new PkiFixture().write("root/generate/exported", "common_name", name, "key_type", "ec");
            bundle.append(ca.get("private_key"))
                    .append('\n')
                    .append(ca.get("certificate"))
                    .append('\n');
        }
        return bundle.toString();
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
