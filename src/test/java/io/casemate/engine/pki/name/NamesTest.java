package io.casemate.engine.pki.name;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.net.IDN;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "example.com,example.com",
        "EXAMPLE.Com,example.com",
        "*.Example.com,*.example.com",
        "localhost,localhost",
        "a-b.c1.d,a-b.c1.d",
        "b\u00fccher.example,xn--bcher-kva.example",
        "xn--bcher-kva.example,xn--bcher-kva.example",
        "XN--BCHER-KVA.example,xn--bcher-kva.example",
        "xn--strae-oqa.de,xn--strae-oqa.de",
        "1.2.3.in-addr.arpa,1.2.3.in-addr.arpa"
    })
    void one_form(String text, String form) {
        assertEquals(form, DnsName.parse(text).text());
        assertEquals(form, DnsName.parse(DnsName.parse(text).text()).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "*",
                "*.",
                "example.com.",
                ".example.com",
                "a..b",
                "a b.com",
                " a.com",
                "a.com ",
                "a.com\n",
                "a\u0000.example.com",
                "evil.com\u0000.example.com",
                "f*o.example.com",
                "*foo.example.com",
                "a.*.example.com",
                "*.*.example.com",
                "-a.com",
                "a-.com",
                "a_b.com",
                "10.0.0.1",
                "example.1",
                "a,b.com",
                "a/b.com",
                "a:443",
                "ab--c.com",
                "xn--a.com",
                "xn--google-.com",
                "xn--.com",
                "stra\u00dfe.de",
                "\u212aelvin.example.com",
                "example\u3002com",
                "example\uff0ecom",
                "\uff45xample.com",
                "a\u200d.com",
                "a\u202e.com",
                "\u0130stanbul.com"
            })
    void refused(String text) {
        FaultException e = assertThrows(FaultException.class, () -> DnsName.parse(text));
        String detail =
                assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
        assertTrue(detail.chars().allMatch(c -> c >= 0x20 && c < 0x7F), detail);
    }

    @Test
    void bounds() {
        String label = "a".repeat(63);
        assertEquals(
                253,
                DnsName.parse(String.join(".", label, label, label, "a".repeat(61)))
                        .text()
                        .length());
        assertThrows(FaultException.class, () -> DnsName.parse(String.join(".", label, label, label, "a".repeat(62))));
        assertThrows(
                FaultException.class,
                () -> DnsName.parse("*." + String.join(".", label, label, label, "a".repeat(61))));
        assertThrows(FaultException.class, () -> DnsName.parse("a".repeat(64) + ".com"));
        assertThrows(FaultException.class, () -> DnsName.parse("\u00fc".repeat(63) + ".com"));
    }

    @Test
    void underscores_pass_only_where_host_names_are_not_enforced() {
        assertEquals(
                "_sip.a_b.com",
                DnsName.parse("_sip.a_b.com", DnsName.Syntax.UNDERSCORES).text());
    }

    @Test
    void below_means_strictly_below_or_a_wildcard_directly_below() {
        assertTrue(DnsName.parse("a.example.com").below("example.com"));
        assertTrue(DnsName.parse("*.example.com").below("example.com"));
        assertFalse(DnsName.parse("example.com").below("example.com"));
        assertFalse(DnsName.parse("notexample.com").below("example.com"));
        assertFalse(DnsName.parse("*.com").below("example.com"));
        assertFalse(DnsName.parse("example.com.evil.org").below("example.com"));
    }

    @Test
    void punycode_is_the_jdk_s() {
        for (String label : List.of(
                "b\u00fccher",
                "\u4f8b\u3048",
                "\u043f\u0440\u0438\u043c\u0435\u0440",
                "ma\u00f1ana",
                "\u05d0\u05d1\u05d2")) {
            assertEquals(label, Punycode.decode(IDN.toASCII(label).substring(4)).orElseThrow());
        }
        assertTrue(Punycode.decode("99999999999999").isEmpty());
        assertTrue(Punycode.decode("a-\u00e4").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1,4", "::1,16", "2001:db8::a,16", "::ffff:10.0.0.1,4"})
    void addresses(String text, int octets) {
        assertEquals(octets, IpAddress.parse(text).bytes().length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1",
                "010.0.0.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "localhost",
                "fe80::1%eth0",
                ":",
                "1::2::3",
                "0x7f.0.0.1",
                ""
            })
    void no_addresses(String text) {
        assertThrows(FaultException.class, () -> IpAddress.parse(text));
    }

    @Test
    void a_megabyte_is_no_address_as_fast_as_a_word() {
        String endless = ":".repeat(1 << 20) + "x";
        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertTrue(IpAddress.tryParse(endless).isEmpty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative",
                "spiffe:",
                "spiffe://td/a/../b",
                "spiffe://td/a/./b",
                "spiffe://td/%2e%2e/b",
                "spiffe://td/a%2Fb",
                "http://a/\u0000",
                "http://a b/",
                "http://b\u00fccher/",
                "//host/path"
            })
    void no_uris(String text) {
        assertThrows(FaultException.class, () -> UriName.parse(text));
    }

    @Test
    void uris() {
        assertEquals("spiffe://td/ns/a", UriName.parse("spiffe://td/ns/a").text());
        assertEquals("urn:uuid:1-2", UriName.parse("urn:uuid:1-2").text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@a.com",
                "a@",
                "a@@b.com",
                "a@b@c.com",
                "\"a b\"@c.com",
                "a@*.c.com",
                "a.@c.com",
                "a b@c.com",
                "a\u0000@c.com",
                "a@10.0.0.1"
            })
    void no_addresses_of_mail(String text) {
        assertThrows(FaultException.class, () -> MailAddress.parse(text));
    }

    @Test
    void globs() {
        assertTrue(Glob.matches("*.example.com", "a.b.example.com"));
        assertTrue(Glob.matches("a*b*c", "axxbyyc"));
        assertFalse(Glob.matches("a*b*c", "axxbyy"));
        assertTrue(Glob.matches("*", ""));
        assertFalse(Glob.matches("", "a"));
        assertFalse(Glob.matches("*a".repeat(2000) + "b", "a".repeat(5000)));
    }

    @Test
    void free_text_shows_what_it_is() {
        assertEquals(
                "Device 17", CommonName.parse("Device 17", DnsName.Syntax.HOST).text());
        assertTrue(CommonName.parse("Device 17", DnsName.Syntax.HOST).spelt().isEmpty());
        for (String hidden : List.of("a\u0000b", "a\u202eb", "a\nb", " a", "a\u200bb", "\ud800")) {
            assertThrows(FaultException.class, () -> CommonName.parse(hidden, DnsName.Syntax.HOST), hidden);
        }
        assertEquals(
                1,
                CommonName.parse("10.0.0.1", DnsName.Syntax.HOST).spelt().ips().size());
    }
}
