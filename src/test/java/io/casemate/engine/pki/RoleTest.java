package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.role.RoleFields;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleTest {
    private final PkiFixture pki = new PkiFixture();

    @Test
    void defaults_are_the_api_s() {
        pki.write("roles/plain");
        Map<String, Object> role = pki.read("roles/plain");
        assertEquals(RoleFields.ALL.keySet(), role.keySet());
        Map<String, Object> expected = Map.of(
                "key_type",
                "rsa",
                "key_bits",
                2048L,
                "signature_bits",
                256L,
                "allow_localhost",
                true,
                "allow_subdomains",
                false,
                "enforce_hostnames",
                true,
                "key_usage",
                List.of("DigitalSignature", "KeyAgreement", "KeyEncipherment"),
                "cn_validations",
                List.of("email", "hostname"),
                "not_before_duration",
                30L,
                "issuer_ref",
                "default");
        expected.forEach((field, value) -> assertEquals(value, role.get(field), field));
        assertEquals(0L, role.get("ttl"));
        assertEquals(true, role.get("require_cn"));
    }

    @Test
    void strings_are_taken_for_every_type_and_patch_changes_what_it_names() {
        pki.write(
                "roles/r",
                "ttl",
                "2160h0m0s",
                "allow_subdomains",
                "true",
                "key_type",
                "ec",
                "key_bits",
                "384",
                "allowed_domains",
                "a.com, b.com");
        Map<String, Object> role = pki.read("roles/r");
        assertEquals(7776000L, role.get("ttl"));
        assertEquals(384L, role.get("key_bits"));
        assertEquals(List.of("a.com", "b.com"), role.get("allowed_domains"));
        pki.call(Operation.PATCH, "roles/r", Map.of("no_store", "true"));
        assertEquals(true, pki.read("roles/r").get("no_store"));
        assertEquals(7776000L, pki.read("roles/r").get("ttl"));
        pki.write("roles/r", "key_type", "ec");
        assertEquals(0L, pki.read("roles/r").get("ttl"), "a write replaces the role");
        pki.call(Operation.DELETE, "roles/r", Map.of());
        assertThrows(FaultException.class, () -> pki.read("roles/r"));
        assertThrows(FaultException.class, () -> pki.call(Operation.PATCH, "roles/r", Map.of("no_store", "true")));
    }

    /** As clients send it that have a default of their own for each field. */
    @Test
    void a_size_is_kept_and_means_nothing_where_the_key_s_type_says_all() {
        pki.rootAndRole();
        for (String type : List.of("any", "ed25519")) {
            pki.write("roles/r", "allow_any_name", true, "key_type", type, "key_bits", 2048);
            Map<String, Object> role = pki.read("roles/r");
            assertEquals(2048L, role.get("key_bits"), type);
            assertEquals(0L, role.get("signature_bits"), type);
            pki.write("issue/r", "common_name", "a.b", "key_type", "ed25519");
            Object csr = pki.write("intermediate/generate/internal", "common_name", "a.b", "key_type", "ed25519")
                    .get("csr");
            pki.write("sign/r", "common_name", "a.b", "csr", csr);
            pki.write("roles/r", "key_type", type, "signature_bits", 384);
            assertEquals(0L, pki.read("roles/r").get("key_bits"));
            assertEquals(384L, pki.read("roles/r").get("signature_bits"));
        }
        pki.write("roles/r", "allow_any_name", true, "key_type", "any", "key_bits", 2048);
        pki.write("sign/r", "csr", Csrs.pem("CN=a.b"));
        pki.refusal("roles/r", "key_type", "any", "key_bits", -1);
        pki.refusal("roles/r", "key_type", "ed25519", "signature_bits", 160);
    }

    @Test
    void usages_of_a_ca_are_kept_in_the_role_and_left_out_of_its_certificates() {
        pki.rootAndRole();
        List<String> usages = List.of("DigitalSignature", "CertSign", "KeyUsageCRLSign");
        Response written = pki.call(
                Operation.UPDATE,
                "roles/r",
                PkiFixture.map("allow_any_name", true, "key_type", "ec", "key_usage", usages));
        assertTrue(written.warnings().stream().anyMatch(warning -> warning.contains("CertSign, KeyUsageCRLSign")));
        assertEquals(usages, pki.read("roles/r").get("key_usage"));
        Response issued = pki.call(Operation.UPDATE, "issue/r", PkiFixture.map("common_name", "a.b"));
        assertTrue(issued.warnings().stream().anyMatch(warning -> warning.contains("only a CA has")));
        boolean[] bits = PkiFixture.certificate(PkiFixture.data(issued).get("certificate"))
                .getKeyUsage();
        assertTrue(bits[0] && !bits[5] && !bits[6]);
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec", "key_usage", "CertSign");
        assertTrue(pki.refusal("issue/r", "common_name", "a.b").contains("only a CA has CertSign"));
        assertTrue(pki.refusal("sign-verbatim", "csr", Csrs.pem("CN=a.b"), "key_usage", "CRLSign")
                .contains("only a CA has CRLSign"));
    }

    @Test
    void what_makes_no_sense_is_refused_and_all_problems_are_told() {
        for (Object[] pair : new Object[][] {
            {"allowed_other_sans", "1.2.3;UTF8"},
            {"allowed_ip_sans_cidr", "10.0.0.0/33"},
            {"not_before_bound", "sometimes"},
            {"not_after_bound", "sometimes"},
            {"not_before", "yesterday"},
            {"serial_number_source", "csr"},
            {"key_type", "dsa"},
            {"key_bits", 1024},
            {"signature_bits", 160},
            {"key_usage", "Bogus"},
            {"ext_key_usage", "Bogus"},
            {"ext_key_usage_oids", "not.an.oid"},
            {"policy_identifiers", "x"},
            {"cn_validations", "email,disabled"},
            {"not_after", "tomorrow"},
            {"country", "CHE"},
            {"ou", "a\u0000b"}
        }) {
            String refusal = pki.refusal("roles/r", pair);
            boolean block = pair[0].equals("allowed_ip_sans_cidr");
            assertTrue(refusal.contains("'" + pair[block ? 1 : 0] + "'"), refusal);
        }
        assertEquals(
                3,
                pki.refusal("roles/r", "serial_number_source", "x", "key_type", "dsa", "ttl", "2h", "max_ttl", "1h")
                        .split("\n")
                        .length);
        assertTrue(pki.list("roles").isEmpty());
        pki.refusal("roles/de%66ault!");
    }

    @Test
    void the_switches_decide_over_names() {
        pki.rootAndRole();
        allowed(Map.of("allow_bare_domains", true), "example.com", true);
        allowed(Map.of(), "example.com", false);
        allowed(Map.of(), "a.example.com", false);
        allowed(Map.of("allow_subdomains", true), "a.b.example.com", true);
        allowed(Map.of("allow_subdomains", true), "*.example.com", true);
        allowed(Map.of("allow_subdomains", true, "allow_wildcard_certificates", false), "*.example.com", false);
        allowed(Map.of("allow_any_name", true, "allow_wildcard_certificates", false), "*.x.org", false);
        allowed(Map.of(), "localhost", true);
        allowed(Map.of("allow_localhost", false), "localhost", false);
        allowed(Map.of(), "*.localhost", false);
        allowed(Map.of("allowed_domains", "web-*.example.com", "allow_glob_domains", true), "web-1.example.com", true);
        allowed(Map.of("allowed_domains", "web-*.example.com", "allow_glob_domains", true), "x.example.com", false);
        allowed(Map.of("allowed_domains", "web-*.example.com"), "web-1.example.com", false);
        allowed(Map.of("allowed_domains", "b\u00fccher.de", "allow_subdomains", true), "a.xn--bcher-kva.de", true);
        allowed(Map.of("allow_any_name", true), "Device 17", false);
        allowed(Map.of("allow_any_name", true, "enforce_hostnames", false), "Device 17", true);
        allowed(Map.of("allow_any_name", true, "enforce_hostnames", false), "a_b.example.com", true);
        allowed(Map.of("enforce_hostnames", false), "Device 17", false);
        allowed(Map.of("allow_any_name", true), "10.0.0.1", true);
        allowed(Map.of("allow_any_name", true, "allow_ip_sans", false), "10.0.0.1", false);
        allowed(Map.of("allow_bare_domains", true), "joe@example.com", true);
        allowed(Map.of("allow_bare_domains", true, "cn_validations", "hostname"), "joe@example.com", false);
        allowed(Map.of("allow_bare_domains", true), "joe@evil.org", false);
    }

    private void allowed(Map<String, Object> switches, String name, boolean expected) {
        Map<String, Object> role = new java.util.HashMap<>(Map.of("allowed_domains", "example.com", "key_type", "ec"));
        role.putAll(switches);
        pki.call(Operation.UPDATE, "roles/names", role);
        if (expected) {
            pki.write("issue/names", "common_name", name);
        } else {
            pki.refusal("issue/names", "common_name", name);
        }
    }

    @Test
    void other_attributes_have_their_patterns() {
        pki.rootAndRole();
        pki.write(
                "roles/attr",
                "allow_any_name",
                true,
                "key_type",
                "ec",
                "allowed_uri_sans",
                "spiffe://td/*",
                "allowed_serial_numbers",
                "SN-*",
                "allowed_user_ids",
                "joe");
        pki.write(
                "issue/attr",
                "common_name",
                "a.b",
                "uri_sans",
                "spiffe://td/a",
                "serial_number",
                "SN-1",
                "user_ids",
                "joe");
        pki.refusal("issue/attr", "common_name", "a.b", "uri_sans", "spiffe://other/a");
        pki.refusal("issue/attr", "common_name", "a.b", "serial_number", "X-1");
        assertTrue(pki.refusal("issue/attr", "common_name", "a.b", "user_ids", "root")
                .contains("user_id root is not allowed by this role"));
        pki.refusal("issue/attr", "common_name", "a.b", "other_sans", "1.2.3.4;UTF8:x");
    }

    @Test
    void the_key_of_a_csr_has_to_fit() {
        pki.rootAndRole();
        pki.write("roles/rsa", "allow_any_name", true);
        assertTrue(pki.refusal("sign/rsa", "csr", Csrs.pem("CN=a.b")).contains("type rsa"));
        pki.write("roles/p384", "allow_any_name", true, "key_type", "ec", "key_bits", 384);
        assertTrue(pki.refusal("sign/p384", "csr", Csrs.pem("CN=a.b")).contains("384-bit"));
        pki.write("roles/any", "allow_any_name", true, "key_type", "any");
        pki.write("sign/any", "csr", Csrs.pem("CN=a.b"));
        pki.refusal("issue/any", "common_name", "a.b");
        pki.write("issue/any", "common_name", "a.b", "key_type", "ed25519");
    }
}
