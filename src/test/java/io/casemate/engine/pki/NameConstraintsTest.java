package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a CA's name constraints leave to certificates below it, however many CAs lie between. */
class NameConstraintsTest {
    private final PkiFixture pki = new PkiFixture();

    private void constrained(Object... pairs) {
        Map<String, Object> root = PkiFixture.map(pairs);
        root.put("common_name", "Constrained Root");
        root.put("key_type", "ec");
        root.put("issuer_name", "c");
        root.put("ttl", "8760h");
        pki.call(Operation.UPDATE, "root/generate/internal", root);
        pki.write(
                "roles/r",
                "allow_any_name",
                true,
                "allowed_uri_sans",
                "*",
                "allowed_other_sans",
                "*",
                "require_cn",
                false,
                "key_type",
                "ec",
                "enforce_hostnames",
                false);
    }

    private void passes(String field, String name) {
        pki.write("issue/r", field, name);
    }

    private void fails(String field, String name) {
        assertTrue(pki.refusal("issue/r", field, name).contains("name_constraints"), name);
    }

    @Test
    void domains() {
        constrained("permitted_dns_domains", "example.com,.below.org", "excluded_dns_domains", "secret.example.com");
        List.of("example.com", "a.example.com", "x.below.org", "*.example.com.example.com")
                .forEach(name -> passes("alt_names", name));
        List.of(
                        "below.org",
                        "badexample.com",
                        "example.org",
                        "secret.example.com",
                        "x.secret.example.com",
                        "*.example.com")
                .forEach(name -> fails("alt_names", name));
        assertTrue(pki.refusal("issue/r", "common_name", "evil.org", "exclude_cn_from_sans", true)
                .contains("name_constraints"));
        passes("common_name", "a.example.com");
    }

    @Test
    void addresses() {
        constrained("permitted_ip_ranges", "10.0.0.0/8", "excluded_ip_ranges", "10.1.0.0/16");
        passes("ip_sans", "10.2.0.1");
        fails("ip_sans", "10.1.0.1");
        fails("ip_sans", "11.0.0.1");
        fails("ip_sans", "2001:db8::1");
    }

    @Test
    void mail_addresses_in_the_subject_are_read_as_they_are_wherever_they_stand() {
        constrained("excluded_email_addresses", "a+b@example.com,root@example.com");
        for (String subject : List.of(
                "CN=x,E=a\\+b@example.com",
                "CN=x+E=root@example.com",
                "E=root@example.com+CN=x",
                "E=b@x.org,E=root@example.com")) {
            String csr = Csrs.pem(subject);
            assertTrue(pki.refusal("issuer/c/sign-verbatim", "csr", csr).contains("name_constraints"), subject);
        }
        pki.write("issuer/c/sign-verbatim", "csr", Csrs.pem("CN=x+E=b@example.com"));
    }

    @Test
    void mail_addresses() {
        constrained(
                "permitted_email_addresses",
                "example.com,.below.org,joe@one.net",
                "excluded_email_addresses",
                "root@example.com");
        passes("alt_names", "a@example.com");
        passes("alt_names", "a@x.below.org");
        passes("alt_names", "joe@one.net");
        for (String bad : List.of(
                "a@x.example.com", "a@below.org", "jim@one.net", "Joe@one.net", "root@example.com", "a@evil.org")) {
            fails("alt_names", bad);
        }
    }

    @Test
    void uris() {
        constrained("permitted_uri_domains", "host.example.com,.below.org");
        passes("uri_sans", "https://host.example.com/x");
        passes("uri_sans", "spiffe://a.below.org/x");
        for (String bad :
                List.of("https://x.host.example.com/", "https://below.org/", "urn:a:b", "https://10.0.0.1/")) {
            fails("uri_sans", bad);
        }
    }

    @Test
    void an_exclusion_catches_what_it_cannot_read() {
        constrained("excluded_uri_domains", "evil.org");
        passes("uri_sans", "https://good.org/");
        fails("uri_sans", "https://evil.org/");
        fails("uri_sans", "urn:a:b");
    }

    @Test
    void constraints_of_cas_further_up_hold_as_well() {
        constrained("permitted_dns_domains", "example.com");
        pki.write("issuer/c", "leaf_not_after_behavior", "truncate");
        Map<String, Object> request =
                pki.write("intermediate/generate/internal", "common_name", "Between CA", "key_type", "ec");
        Map<String, Object> between = pki.write(
                "issuer/c/sign-intermediate",
                "csr",
                request.get("csr"),
                "common_name",
                "Between CA",
                "permitted_dns_domains",
                "a.example.com,evil.org");
        String id = pki.issuer(between.get("certificate"));
        pki.write("issuer/" + id + "/issue/r", "alt_names", "x.a.example.com", "ttl", "1h");
        assertTrue(pki.refusal("issuer/" + id + "/issue/r", "alt_names", "evil.org", "ttl", "1h")
                .contains("name_constraints"));
        pki.write("issuer/" + id, "manual_chain", id);
        assertTrue(
                pki.refusal("issuer/" + id + "/issue/r", "alt_names", "evil.org", "ttl", "1h")
                        .contains("name_constraints"),
                "whatever chain is shown");
        assertTrue(pki.refusal("issuer/" + id + "/issue/r", "alt_names", "b.example.com", "ttl", "1h")
                .contains("name_constraints"));
    }

    @Test
    void nonsense_is_refused() {
        for (Object[] pair : new Object[][] {
            {"permitted_ip_ranges", "10.0.0.0/33"},
            {"permitted_ip_ranges", "example.com"},
            {"excluded_dns_domains", "*.example.com"},
            {"permitted_email_addresses", "a@b@c"},
            {"excluded_uri_domains", "https://example.com"},
            {"key_usage", "Bogus"},
            {"skid", "xyz"}
        }) {
            pki.refusal("root/generate/internal", "common_name", "R", "key_type", "ec", pair[0], pair[1]);
        }
        assertTrue(pki.list("issuers").isEmpty());
    }
}
