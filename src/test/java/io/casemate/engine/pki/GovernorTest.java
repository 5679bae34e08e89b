package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.engine.pki.govern.Governor;
import io.casemate.engine.pki.govern.Governor.Count;
import io.casemate.engine.pki.govern.Limits;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Caller.TokenKind;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client gone mad, and the switch that stops everything. */
class GovernorTest {
    private final PkiFixture pki = new PkiFixture();

    @BeforeEach
    void root() {
        pki.rootAndRole();
        pki.write("roles/other", "allow_any_name", true, "key_type", "any");
    }

    private void issues(String role, String name) {
        pki.write("issue/" + role, "common_name", name, "key_type", "ec");
    }

    private Fault.QuotaExceeded refused(String role, String name) {
        FaultException e = assertThrows(FaultException.class, () -> issues(role, name));
        return assertInstanceOf(Fault.QuotaExceeded.class, e.fault());
    }

    private void asks(String accessor) {
        pki.caller(new Caller(
                accessor,
                "k",
                "",
                "t",
                "",
                Set.of(),
                Map.of(),
                TokenKind.SERVICE,
                0,
                Duration.ZERO,
                Instant.EPOCH,
                Identity.NONE));
    }

    @Test
    void limits_that_were_stored_before_a_field_came_have_its_fallback() {
        Limits limits = Limits.of(Map.of("frozen", true, "freeze_reason", "key ceremony", "window", 60L));
        assertTrue(limits.frozen());
        assertEquals(Duration.ofMinutes(1), limits.window());
        assertEquals(Duration.ZERO, limits.sameRequest());
        assertTrue(limits.counts().values().stream().allMatch(count -> count == 0));
    }

    @Test
    void a_name_is_certified_so_often_in_a_window_whatever_its_spelling() {
        pki.write("config/governor", "per_name", 2, "window", "1h");
        issues("other", "a.example.com");
        pki.write("issue/other", "common_name", "b.example.com", "alt_names", "A.EXAMPLE.com", "key_type", "ec");
        Fault.QuotaExceeded refusal = refused("other", "a.example.com");
        assertTrue(refusal.detail().contains("'a.example.com'"), refusal.detail());
        assertTrue(refusal.retryAfter().compareTo(Duration.ofMinutes(31)) < 0);
        issues("other", "c.example.com");
        issues("other", "b.example.com");
        refused("other", "b.example.com");
        pki.pass(refusal.retryAfter());
        issues("other", "a.example.com");
        refused("other", "a.example.com");
        pki.pass(Duration.ofHours(2));
        issues("other", "a.example.com");
        issues("other", "a.example.com");
    }

    @Test
    void roles_tokens_and_issuers_have_counts_of_their_own() {
        pki.write("config/governor", "per_role", 1);
        issues("web", "a.example.com");
        assertTrue(refused("web", "b.example.com").detail().contains("per_role"));
        issues("other", "b.example.com");
        pki.write("config/governor", "per_role", 0, "per_token", 1);
        asks("one");
        issues("web", "a.example.com");
        assertTrue(refused("web", "a.example.com").detail().contains("per_token"));
        asks("two");
        issues("web", "a.example.com");
        pki.write("config/governor", "per_token", 0, "per_issuer", 1);
        issues("web", "a.example.com");
        refused("other", "x.org");
        pki.write("root/generate/internal", "common_name", "Two", "key_type", "ec", "issuer_name", "two");
        pki.write("issuer/two/issue/other", "common_name", "x.org", "key_type", "ec");
    }

    @Test
    void what_fails_is_not_counted() {
        pki.register("ca", KeyKind.EC_P256);
        pki.write("root/generate/kms", "common_name", "H", "managed_key_name", "ca", "issuer_name", "h");
        pki.write("roles/h", "allow_any_name", true, "key_type", "ec", "issuer_ref", "h");
        pki.write("config/governor", "per_role", 1);
        pki.signers.away(true);
        for (int i = 0; i < 3; i++) {
            FaultException e = assertThrows(FaultException.class, () -> issues("h", "a.b"));
            Fault.HsmFailed away = assertInstanceOf(Fault.HsmFailed.class, e.fault());
            assertEquals(Fault.HsmProblem.AWAY, away.problem());
        }
        assertEquals(1, pki.list("roles").stream().filter("h"::equals).count());
        pki.read("issuer/h");
        pki.signers.away(false);
        issues("h", "a.b");
        refused("h", "a.b");
    }

    @Test
    void frozen_nothing_is_issued_and_everything_else_goes_on() {
        issues("web", "a.example.com");
        Object csr = pki.csr("Sub");
        pki.write("config/governor", "frozen", true, "freeze_reason", "key ceremony");
        for (Runnable attempt : new Runnable[] {
            () -> issues("web", "a.example.com"),
            () -> pki.write("sign/other", "csr", Csrs.pem("CN=a.b")),
            () -> pki.write("sign-verbatim", "csr", Csrs.pem("CN=a.b")),
            () -> pki.write("root/sign-intermediate", "csr", csr, "common_name", "Sub"),
            () -> pki.write(
                    "root/sign-self-issued", "certificate", pki.read("cert/ca").get("certificate")),
            () -> pki.write("issuer/default/ocsp-delegate", "ttl", "24h"),
            () -> pki.write("root/generate/internal", "common_name", "Two", "key_type", "ec")
        }) {
            FaultException e = assertThrows(FaultException.class, attempt::run);
            assertTrue(assertInstanceOf(Fault.Unavailable.class, e.fault())
                    .detail()
                    .contains("key ceremony"));
        }
        pki.raw("crl");
        pki.read("issuer/default");
        pki.write("config/governor", "frozen", false);
        issues("web", "a.example.com");
    }

    @Test
    void the_same_request_gets_the_same_certificate_for_a_while() {
        String csr = Csrs.pem("CN=a.b");
        Object first = pki.write("sign/other", "csr", csr).get("serial_number");
        assertNotEquals(first, pki.write("sign/other", "csr", csr).get("serial_number"));
        pki.write("config/governor", "same_request_window", "10m", "per_name", 1);
        Object second = pki.write("sign/other", "csr", csr).get("serial_number");
        for (int i = 0; i < 5; i++) {
            assertEquals(second, pki.write("sign/other", "csr", csr).get("serial_number"));
        }
        FaultException other =
                assertThrows(FaultException.class, () -> pki.write("sign/other", "csr", csr, "ttl", "1h"));
        assertInstanceOf(Fault.QuotaExceeded.class, other.fault());
        pki.write("config/governor", "per_name", 0);
        pki.write("revoke", "serial_number", second);
        Object third = pki.write("sign/other", "csr", csr).get("serial_number");
        assertNotEquals(second, third);
        pki.pass(Duration.ofMinutes(11));
        assertNotEquals(third, pki.write("sign/other", "csr", csr).get("serial_number"));
        pki.write("roles/other", "allow_any_name", true, "key_type", "any", "no_store", true);
        assertNotEquals(
                pki.write("sign/other", "csr", csr).get("serial_number"),
                pki.write("sign/other", "csr", csr).get("serial_number"));
    }

    @Test
    void the_same_request_gets_no_certificate_that_is_past_half_of_its_life() {
        String csr = Csrs.pem("CN=a.b");
        pki.write("config/governor", "same_request_window", "1h");
        Object first = pki.write("sign/other", "csr", csr, "ttl", "10m").get("serial_number");
        pki.pass(Duration.ofMinutes(4));
        assertEquals(first, pki.write("sign/other", "csr", csr, "ttl", "10m").get("serial_number"));
        pki.pass(Duration.ofMinutes(2));
        Map<String, Object> second = pki.write("sign/other", "csr", csr, "ttl", "10m");
        assertNotEquals(first, second.get("serial_number"));
        pki.pass(Duration.ofMinutes(30));
        assertNotEquals(
                second.get("serial_number"),
                pki.write("sign/other", "csr", csr, "ttl", "10m").get("serial_number"),
                "it has ended");
    }

    @Test
    void nonsense_is_refused() {
        pki.refusal("config/governor", "window", "0s");
        pki.refusal("config/governor", "window", "1000h");
        pki.refusal("config/governor", "per_name", -1);
        pki.refusal("config/governor", "same_request_window", "9000h");
        assertEquals(false, pki.read("config/governor").get("frozen"));
    }

    @Test
    void names_that_somebody_makes_up_in_masses_shut_out_nobody_else() {
        Limits limits = Limits.of(Map.of("per_name", 1L, "per_role", 1L, "window", 3600L));
        Governor governor = new Governor(() -> limits, pki::now);
        List<Count> names = IntStream.range(0, 200_000)
                .mapToObj(i -> new Count(Limits.Kind.NAME, "n" + i))
                .toList();
        governor.counted(names, () -> null);
        governor.counted(List.of(new Count(Limits.Kind.NAME, "new"), new Count(Limits.Kind.ROLE, "r")), () -> null);
        assertThrows(
                FaultException.class, () -> governor.counted(List.of(new Count(Limits.Kind.NAME, "n7")), () -> null));
        List<Count> again = List.of(new Count(Limits.Kind.NAME, "other"), new Count(Limits.Kind.ROLE, "r"));
        assertThrows(FaultException.class, () -> governor.counted(again, () -> null), "the role's own limit holds");
    }
}
