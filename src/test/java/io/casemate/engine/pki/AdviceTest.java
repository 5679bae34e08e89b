package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Advice on certificates of public servers: left out, told, or binding, as the role has it. */
class AdviceTest {
    private final PkiFixture pki = new PkiFixture();

    @BeforeEach
    void root() {
        pki.rootAndRole();
        pki.write("config/urls", "issuing_certificates", "http://pki.example.com/ca");
    }

    private Map<String, Object> role(String lint) {
        return new HashMap<>(Map.of(
                "allow_any_name", true,
                "key_type", "ec",
                "ttl", "24h",
                "lint", lint,
                "policy_identifiers", "2.23.140.1.2.1"));
    }

    private void broken(String rule, Map<String, Object> ask, Object... roleFields) {
        Map<String, Object> role = role("strict");
        role.putAll(PkiFixture.map(roleFields));
        pki.call(Operation.UPDATE, "roles/r", role);
        Map<String, Object> good = new HashMap<>(Map.of("common_name", "www.example.com"));
        good.putAll(ask);
        assertTrue(
                pki.refusal(
                                "issue/r",
                                good.entrySet().stream()
                                        .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
                                        .toArray())
                        .contains("lint " + rule + " ("),
                rule);
        role.put("lint", "warn");
        pki.call(Operation.UPDATE, "roles/r", role);
        Response told = pki.call(Operation.UPDATE, "issue/r", good);
        assertTrue(told.warnings().stream().anyMatch(warning -> warning.contains(rule)), rule);
        role.put("lint", "standard");
        pki.call(Operation.UPDATE, "roles/r", role);
        assertEquals(List.of(), pki.call(Operation.UPDATE, "issue/r", good).warnings());
    }

    @Test
    void a_certificate_by_the_book_passes_the_strictest_role() {
        pki.call(Operation.UPDATE, "roles/r", role("strict"));
        assertEquals(
                List.of(),
                pki.call(Operation.UPDATE, "issue/r", Map.of("common_name", "www.example.com"))
                        .warnings());
    }

    @Test
    void each_rule_finds_its_breach() {
        broken("life_of_server", Map.of("ttl", "9600h"));
        broken("public_names", Map.of("alt_names", "host.internal"));
        broken("public_names", Map.of("common_name", "printer"));
        broken("public_names", Map.of("ip_sans", "192.168.1.1"));
        broken("no_underscore", Map.of("alt_names", "a_b.example.com"), "enforce_hostnames", false);
        broken("no_ou", Map.of(), "ou", "Sales");
        broken("names_in_sans", Map.of("exclude_cn_from_sans", true));
        broken("ext_key_usage_of_server", Map.of(), "code_signing_flag", true);
        broken("server_signs", Map.of(), "key_usage", "KeyAgreement");
        broken("policy_reserved", Map.of(), "policy_identifiers", "1.2.3");
        pki.write("config/urls", "issuing_certificates", "");
        broken("authority_information", Map.of());
        broken("revocation_is_found", Map.of("ttl", "240h"));
    }

    @Test
    void who_is_no_server_is_left_alone() {
        Map<String, Object> role = role("strict");
        role.putAll(Map.of("server_flag", false, "ou", "Sales", "allow_any_name", true, "enforce_hostnames", false));
        pki.call(Operation.UPDATE, "roles/r", role);
        pki.write("issue/r", "common_name", "Device 17", "ttl", "9600h");
        assertTrue(pki.refusal("roles/r", "lint", "off").contains("lint"));
    }
}
