package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Caller.TokenKind;
import io.casemate.kernel.Identity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fields of a role that reach beyond names of hosts: who asks, other kinds of names, times, policies, signatures. */
class RoleReachTest {
    private static final String UPN = "1.3.6.1.4.1.311.20.2.3";

    private final PkiFixture pki = new PkiFixture();

    /** Somebody with values for selectors. */
    private record Somebody(Map<String, String> values) implements Identity {
        @Override
        public String entityId() {
            return "e";
        }

        @Override
        public Set<String> policies() {
            return Set.of();
        }

        @Override
        public Optional<String> value(String selector) {
            return Optional.ofNullable(values.get(selector));
        }
    }

    @BeforeEach
    void root() {
        pki.rootAndRole();
    }

    private void asks(String displayName, Map<String, String> values) {
        pki.caller(new Caller(
                        "a",
                        "k",
                        "",
                        displayName,
                        "e",
                        Set.of(),
                        Map.of(),
                        TokenKind.SERVICE,
                        0,
                        Duration.ZERO,
                        Instant.EPOCH,
                        Identity.NONE)
                .as(new Somebody(values)));
    }

    private void role(Object... pairs) {
        Map<String, Object> role = PkiFixture.map(pairs);
        role.putIfAbsent("key_type", "ec");
        pki.call(io.casemate.kernel.Operation.UPDATE, "roles/r", role);
    }

    private X509Certificate issue(Object... pairs) {
        return PkiFixture.certificate(pki.write("issue/r", pairs).get("certificate"));
    }

    @Test
    void templates_are_filled_by_who_asks_and_widen_nothing() {
        role(
                "allowed_domains",
                "{{identity.entity.name}}.users.example.com,fixed.example.com",
                "allowed_domains_template",
                true,
                "allow_bare_domains",
                true,
                "allow_glob_domains",
                true,
                "allowed_uri_sans",
                "spiffe://td/{{ identity.entity.metadata.team }}/*",
                "allowed_uri_sans_template",
                true);
        asks("t", Map.of("identity.entity.name", "joe", "identity.entity.metadata.team", "red"));
        issue("common_name", "joe.users.example.com", "uri_sans", "spiffe://td/red/x");
        issue("common_name", "fixed.example.com");
        pki.refusal("issue/r", "common_name", "jim.users.example.com");
        pki.refusal("issue/r", "common_name", "fixed.example.com", "uri_sans", "spiffe://td/blue/x");
        for (String trick : List.of("*", "joe*", "a b", "x/y", "", ".", "joe.", "{{identity.entity.name}}")) {
            asks("t", Map.of("identity.entity.name", trick, "identity.entity.metadata.team", trick));
            pki.refusal("issue/r", "common_name", "jim.users.example.com");
            pki.refusal("issue/r", "common_name", "fixed.example.com", "uri_sans", "spiffe://td/blue/x");
        }
        asks("t", Map.of());
        pki.refusal("issue/r", "common_name", "joe.users.example.com");
        issue("common_name", "fixed.example.com");
        role("allowed_domains", "{{identity.entity.name}}.users.example.com", "allow_bare_domains", true);
        asks("t", Map.of("identity.entity.name", "joe"));
        pki.refusal("issue/r", "common_name", "joe.users.example.com");
    }

    @Test
    void the_token_s_display_name_counts_where_it_is_allowed_and_a_host_name() {
        asks("host-1.example.net", Map.of());
        role();
        pki.refusal("issue/r", "common_name", "host-1.example.net");
        role("allow_token_displayname", true);
        issue("common_name", "host-1.example.net");
        pki.refusal("issue/r", "common_name", "a.host-1.example.net");
        role("allow_token_displayname", true, "allow_subdomains", true);
        issue("common_name", "a.host-1.example.net");
        asks("*.example.net", Map.of());
        pki.refusal("issue/r", "common_name", "a.example.net");
        asks("", Map.of());
        pki.refusal("issue/r", "common_name", "a.example.net");
    }

    @Test
    void other_names_pass_by_their_pattern_from_field_and_csr() throws Exception {
        role("allow_any_name", true, "allowed_other_sans", UPN + ";UTF-8:*@example.com", "key_type", "any");
        String good = UPN + ";UTF8:joe@example.com";
        X509Certificate leaf = issue("common_name", "a.b", "other_sans", good, "key_type", "ec");
        assertTrue(leaf.getSubjectAlternativeNames().stream()
                .anyMatch(name -> name.getFirst().equals(0)));
        for (String bad : List.of(
                UPN + ";UTF8:joe@evil.org",
                "1.2.3;UTF8:joe@example.com",
                UPN + ";IA5:joe@example.com",
                UPN,
                "x;UTF8:joe@example.com",
                UPN + ";UTF8:\u0000@example.com")) {
            pki.refusal("issue/r", "common_name", "a.b", "other_sans", bad, "key_type", "ec");
        }
        pki.write("sign/r", "csr", csr(new GeneralName(GeneralName.otherName, other(good))));
        pki.refusal("sign/r", "csr", csr(new GeneralName(GeneralName.otherName, other(UPN + ";UTF8:joe@evil.org"))));
        role("allow_any_name", true, "allowed_other_sans", "*");
        issue("common_name", "a.b", "other_sans", "1.2.3;utf8:anything at all");
    }

    @Test
    void addresses_lie_in_the_allowed_blocks_whatever_way_they_come_in() {
        role("allow_any_name", true, "allowed_ip_sans_cidr", "10.0.0.0/8,2001:db8::/32", "key_type", "any");
        pki.write("issue/r", "common_name", "10.1.2.3", "ip_sans", "2001:db8::1", "key_type", "ec");
        pki.write("sign/r", "csr", csr(ip(10, 9, 9, 9)));
        pki.refusal("issue/r", "common_name", "a.b", "ip_sans", "11.0.0.1", "key_type", "ec");
        pki.refusal("issue/r", "common_name", "11.0.0.1", "key_type", "ec");
        pki.refusal("issue/r", "common_name", "a.b", "ip_sans", "::ffff:11.0.0.1", "key_type", "ec");
        pki.refusal("sign/r", "csr", csr(ip(11, 0, 0, 1)));
        pki.refusal("sign/r", "csr", csr(ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1)));
    }

    @Test
    void a_request_chooses_its_times_within_the_role_s_bounds() {
        String yesterday = pki.now().minus(Duration.ofDays(1)).toString();
        String tomorrow = pki.now().plus(Duration.ofDays(1)).toString();
        String far = pki.now().plus(Duration.ofDays(300)).toString();
        role("allow_any_name", true, "max_ttl", "72h");
        assertEquals(
                Instant.parse(tomorrow),
                issue("common_name", "a.b", "not_before", tomorrow)
                        .getNotBefore()
                        .toInstant());
        assertTrue(pki.refusal("issue/r", "common_name", "a.b", "not_before", yesterday)
                .contains("not_before"));
        assertTrue(
                pki.refusal("issue/r", "common_name", "a.b", "not_after", far).contains("not_after"));
        pki.refusal("issue/r", "common_name", "a.b", "not_before", far, "not_after", tomorrow);
        role("allow_any_name", true, "max_ttl", "72h", "not_before_bound", "permit", "not_after_bound", "permit");
        X509Certificate free = issue("common_name", "a.b", "not_before", yesterday, "not_after", far);
        assertEquals(Instant.parse(far), free.getNotAfter().toInstant());
        role("allow_any_name", true, "not_before_bound", "forbid", "not_after_bound", "forbid");
        pki.refusal("issue/r", "common_name", "a.b", "not_before", tomorrow);
        pki.refusal("issue/r", "common_name", "a.b", "not_after", tomorrow);
        role("allow_any_name", true, "not_after_bound", tomorrow, "not_before", yesterday);
        pki.refusal("issue/r", "common_name", "a.b", "not_after", far);
        assertEquals(
                Instant.parse(yesterday),
                issue("common_name", "a.b", "not_after", tomorrow)
                        .getNotBefore()
                        .toInstant());
        pki.refusal("issue/r", "common_name", "a.b", "not_after", tomorrow, "ttl", "1h");
    }

    @Test
    void policies_come_as_oids_as_objects_and_as_json_text() {
        Object qualified = List.of(
                Map.of("oid", "1.3.6.1.4.1.7.8", "notice", "I am a user Notice"),
                Map.of("oid", "1.3.6.1.4.1.44947.1.2.4", "cps", "https://example.com"));
        for (Object sent : List.of(
                qualified,
                "[{\"oid\":\"1.3.6.1.4.1.7.8\",\"notice\":\"I am a user Notice\"},"
                        + "{\"oid\":\"1.3.6.1.4.1.44947.1.2.4\",\"cps\":\"https://example.com\"}]")) {
            role("allow_any_name", true, "policy_identifiers", sent);
            pki.reopen();
            byte[] encoded = issue("common_name", "a.b").getExtensionValue(Extension.certificatePolicies.getId());
            String text = new String(encoded, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("I am a user Notice") && text.contains("https://example.com"));
        }
        role("allow_any_name", true, "policy_identifiers", "1.2.3, 1.2.4");
        assertEquals(List.of("1.2.3", "1.2.4"), pki.read("roles/r").get("policy_identifiers"));
        assertEquals(
                List.of("1.2.3"),
                pki.write("roles/r", "policy_identifiers", List.of(Map.of("oid", "1.2.3")))
                        .get("policy_identifiers"));
        for (Object bad : List.of(7L, "[{}]", "[{\"oid\":\"1.2.3\",\"x\":\"y\"}]", "[{", "[{\"oid\":7}]")) {
            pki.refusal("roles/r", "policy_identifiers", bad);
        }
    }

    @Test
    void a_serial_number_comes_from_the_csr_where_the_role_has_it_so() {
        String csr = Csrs.pem("CN=a.b,SERIALNUMBER=SN-7");
        role("allow_any_name", true, "key_type", "any", "allowed_serial_numbers", "SN-*");
        assertTrue(subject(pki.write("sign/r", "csr", csr)).contains("534e2d37"));
        assertTrue(subject(pki.write("sign/r", "csr", csr, "serial_number", "SN-8"))
                .contains("534e2d38"));
        role("allow_any_name", true, "key_type", "any");
        pki.refusal("sign/r", "csr", csr);
        role("allow_any_name", true, "key_type", "any", "serial_number_source", "json");
        assertEquals("CN=a.b", subject(pki.write("sign/r", "csr", csr)));
    }

    @Test
    void an_rsa_issuer_signs_with_pss_where_asked() throws Exception {
        Map<String, Object> root = pki.write(
                "root/generate/internal",
                "common_name",
                "PSS",
                "use_pss",
                true,
                "issuer_name",
                "pss",
                "key_type",
                "rsa");
        X509Certificate ca = PkiFixture.certificate(root.get("certificate"));
        assertEquals("RSASSA-PSS", ca.getSigAlgName());
        ca.verify(ca.getPublicKey());
        role("allow_any_name", true, "issuer_ref", "pss", "use_pss", true, "signature_bits", 512);
        X509Certificate leaf = issue("common_name", "a.b");
        assertEquals("RSASSA-PSS", leaf.getSigAlgName());
        leaf.verify(ca.getPublicKey());
        role("allow_any_name", true, "issuer_ref", "pss");
        assertEquals("SHA256withRSA", issue("common_name", "a.b").getSigAlgName());
        assertNull(leaf.getExtensionValue(Extension.nameConstraints.getId()));
    }

    private static String subject(Map<String, Object> answer) {
        return PkiFixture.certificate(answer.get("certificate"))
                .getSubjectX500Principal()
                .getName();
    }

    private static org.bouncycastle.asn1.ASN1Encodable other(String spelt) {
        return io.casemate.engine.pki.name.OtherName.parse(spelt).encoded();
    }

    private static GeneralName ip(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new GeneralName(GeneralName.iPAddress, new DEROctetString(bytes));
    }

    private static String csr(GeneralName name) {
        var names = new GeneralNames(name);
        return Csrs.pem(Csrs.der(new X500Name("CN=a.b"), Csrs.extension(Extension.subjectAlternativeName, names)));
    }
}
