package io.casemate.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.quota.Limit.Leases;
import io.casemate.quota.Limit.Rate;
import io.casemate.quota.Quotas.Asking;
import io.casemate.quota.Quotas.Reservation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private final MemoryView view = new MemoryView();
    private Quotas quotas = open();

    private Quotas open() {
        Quotas opened = new Quotas(view, (scope, most) -> 0, () -> Instant.parse("2026-11-22T00:00:00Z"));
        opened.open();
        return opened;
    }

    /** Each quota has another limit, by which the one in force is told. */
    @Test
    void the_most_specific_quota_alone_is_in_force() {
        quotas.configure(new QuotaConfig(List.of(), false, true));
        rate("everything", Scope.GLOBAL, 1000);
        rate("mount", new Scope("m", "", ""), 900);
        rate("glob", new Scope("m", "data/*", ""), 800);
        rate("longer glob", new Scope("m", "data/app/*", ""), 700);
        rate("path", new Scope("m", "data/app/x", ""), 600);
        rate("role", new Scope("m", "", "ann"), 500);
        assertEquals("1000", limit("other", "data/x", ""));
        assertEquals("1000", limit("", "", ""));
        assertEquals("900", limit("m", "dat", ""));
        assertEquals("800", limit("m", "data/y", ""));
        assertEquals("700", limit("m", "data/app/y", ""));
        assertEquals("600", limit("m", "data/app/x", ""));
        assertEquals("600", limit("m", "data/app/x/", ""));
        assertEquals("500", limit("m", "data/app/x", "ann"));
        rate("Role", new Scope("m", "", "Bea"), 400);
        assertEquals("400", limit("m", "login", "bea"));
        assertEquals("900", limit("m", "login/bob", "bob"));
    }

    @Test
    void what_was_set_is_there_after_a_restart_and_gone_after_a_seal() {
        quotas.configure(new QuotaConfig(List.of("sys/mounts", "pki/*"), true, true));
        rate("r", new Scope("m", "x", ""), 3);
        quotas.write(new Quota("l", Scope.GLOBAL, new Leases(7), true));
        List<Quota> rates = quotas.all(Rate.TYPE);
        quotas.close();
        assertEquals(List.of(), quotas.all(Rate.TYPE));
        quotas = open();
        assertEquals(rates, quotas.all(Rate.TYPE));
        assertEquals(List.of(new Quota("l", Scope.GLOBAL, new Leases(7), true)), quotas.all(Leases.TYPE));
        assertEquals(new QuotaConfig(List.of("sys/mounts", "pki/*"), true, true), quotas.config());
        quotas.endMount("m");
        quotas.delete(Leases.TYPE, "l");
        assertEquals(List.of("config"), view.keys());
    }

    @Test
    void exempt_paths_are_not_counted() {
        quotas.configure(new QuotaConfig(List.of("sys/mounts", "pki/*"), false, true));
        rate("everything", Scope.GLOBAL, 1);
        for (int i = 0; i < 3; i++) {
            assertEquals(Map.of(), count("sys/mounts"));
            assertEquals(Map.of(), count("pki/ca"));
        }
        count("sys/mounts/x");
        Fault.QuotaExceeded fault = assertInstanceOf(
                Fault.QuotaExceeded.class,
                assertThrows(FaultException.class, () -> count("sys/mounts/x")).fault());
        assertEquals("request path \"sys/mounts/x\": rate limit quota exceeded", fault.detail());
        assertEquals("0", fault.headers().get("X-Ratelimit-Remaining"));
    }

    @Test
    void two_quotas_about_the_same_are_refused_and_one_may_be_changed() {
        rate("a", Scope.GLOBAL, 1);
        assertTrue(assertThrows(FaultException.class, () -> rate("b", Scope.GLOBAL, 2))
                .getMessage()
                .contains("similar properties exists under the name \"a\""));
        rate("role", new Scope("m", "", "ann"), 1);
        assertThrows(FaultException.class, () -> rate("Role", new Scope("m", "", "Ann"), 2));
        quotas.delete(Rate.TYPE, "role");
        rate("a", Scope.GLOBAL, 2);
        quotas.write(new Quota("a", Scope.GLOBAL, new Leases(1), true));
        assertEquals(1, quotas.all(Rate.TYPE).size());
    }

    @Test
    void a_lease_quota_keeps_room_while_a_lease_is_made() {
        quotas.write(new Quota("l", new Scope("m", "", ""), new Leases(1), false));
        try (Reservation reservation = quotas.reserve(asking("m", "creds/a", ""))) {
            assertInstanceOf(
                    Fault.QuotaExceeded.class,
                    assertThrows(FaultException.class, () -> quotas.reserve(asking("m", "creds/b", "")))
                            .fault());
            quotas.reserve(asking("other", "creds/b", "")).close();
            reservation.used();
        }
    }

    private Map<String, String> count(String path) {
        return quotas.count("127.0.0.1", new Asking(path, "", "", Optional::empty));
    }

    private String limit(String mount, String below, String role) {
        return quotas.count("127.0.0.1", asking(mount, below, role)).get("X-Ratelimit-Limit");
    }

    private static Asking asking(String mount, String below, String role) {
        return new Asking(
                mount + "/" + below, mount, below, () -> Optional.of(role).filter(there -> !there.isEmpty()));
    }

    private void rate(String name, Scope scope, long rate) {
        quotas.write(new Quota(
                name, scope, new Rate(BigDecimal.valueOf(rate), Duration.ofSeconds(1), Duration.ZERO), false));
    }
}
