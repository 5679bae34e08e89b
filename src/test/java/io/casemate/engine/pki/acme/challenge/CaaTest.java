package io.casemate.engine.pki.acme.challenge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.DnsServer;
import io.casemate.engine.pki.acme.challenge.Caa.Issuance;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8659 and RFC 8657, asked of a resolver on loopback. */
class CaaTest {
    private static final String ACCOUNT = "https://ca.example.com/v1/pki/acme/account/1";

    private final DnsServer dns = new DnsServer();
    private final Caa caa = new Caa(new Lookup(dns.address()), List.of("CA.example.com", "ca.example.net"));

    @AfterEach
    void close() {
        dns.close();
    }

    private boolean permits(String name, boolean wildcard) {
        return caa.refusal(new Issuance(name, wildcard, "dns-01", ACCOUNT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 issue ca.example.com                                                   | true",
                "0 issue CA.EXAMPLE.NET                                                   | true",
                "0 ISSUE ca.example.com                                                   | true",
                "0 issue other.example                                                    | false",
                "0 issue ;                                                                | false",
                "0 issue ca.example.com;                                                  | true",
                "0 issue ca.example.com; account=230123                                   | true",
                "0 issue ca.example.com; %%%                                              | false",
                "0 issue ca.example.com; a=b; c                                           | false",
                "0 issue ca.example.com; validationmethods=http-01                        | false",
                "0 issue ca.example.com; validationmethods=http-01,dns-01                 | true",
                "0 issue ca.example.com; validationmethods=dns-01; validationmethods=dns-01 | false",
                "0 issue ca.example.com; accounturi=https://ca.example.com/v1/pki/acme/account/1 | true",
                "0 issue ca.example.com; accounturi=https://ca.example.com/v1/pki/acme/account/2 | false",
                "0 issue ca.example.com; AccountURI=https://ca.example.com/v1/pki/acme/account/1; validationmethods=tls-alpn-01 | false",
                "0 iodef mailto:security@example.com                                      | true",
                "0 unknown whatever                                                       | true",
                "128 unknown whatever                                                     | false",
                "128 issue ca.example.com                                                 | true",
                "0 issuewild other.example                                                | true"
            })
    void one_record_decides(String record, boolean permitted) {
        dns.put("a.example.com", "CAA", record);
        assertEquals(permitted, permits("a.example.com", false));
    }

    @Test
    void without_records_anybody_may() {
        assertTrue(permits("a.example.com", false));
        assertTrue(permits("a.example.com", true));
    }

    @Test
    void one_of_several_is_enough_and_a_critical_stranger_too_many() {
        dns.put("a.example.com", "CAA", "0 issue other.example", "0 issue ca.example.com");
        assertTrue(permits("a.example.com", false));
        dns.put("a.example.com", "CAA", "0 issue ca.example.com", "128 tbs x");
        assertEquals(false, permits("a.example.com", false));
    }

    @Test
    void wildcards_have_a_property_of_their_own() {
        dns.put("example.com", "CAA", "0 issue ca.example.com", "0 issuewild other.example");
        assertTrue(permits("a.example.com", false));
        assertEquals(false, permits("a.example.com", true));
        dns.put("example.com", "CAA", "0 issue other.example", "0 issuewild ca.example.com");
        assertEquals(false, permits("a.example.com", false));
        assertTrue(permits("a.example.com", true));
        dns.put("example.com", "CAA", "0 issue ca.example.com");
        assertTrue(permits("a.example.com", true));
    }

    @Test
    void the_first_name_with_records_decides_up_to_the_top() {
        dns.put("com", "CAA", "0 issue ;");
        assertEquals(false, permits("a.b.example.com", false));
        dns.put("example.com", "CAA", "0 issue ca.example.com");
        assertTrue(permits("a.b.example.com", false));
        dns.put("b.example.com", "CAA", "0 issue other.example");
        assertEquals(false, permits("a.b.example.com", false));
    }

    @Test
    void the_records_behind_an_alias_count() {
        dns.put("a.example.com", "CNAME", "hosted.example.net");
        dns.put("hosted.example.net", "CAA", "0 issue other.example");
        assertEquals(false, permits("a.example.com", false));
    }

    @Test
    void who_cannot_be_asked_has_not_agreed() {
        dns.close();
        assertTrue(caa.refusal(new Issuance("a.example.com", false, "dns-01", ACCOUNT))
                .orElseThrow()
                .contains("DNS did not answer"));
    }
}
