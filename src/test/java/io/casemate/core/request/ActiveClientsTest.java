package io.casemate.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.core.request.ClientLedger.Count;
import io.casemate.core.request.ClientLedger.Report;
import io.casemate.core.request.ClientLedger.Terms;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Caller.TokenKind;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Identity;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ActiveClientsTest {
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    private static final YearMonth DECEMBER = YearMonth.of(2026, 12);

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-30T23:59:00Z"));
    private final MemoryView view = new MemoryView();
    private ActiveClients clients = restarted();

    private ActiveClients restarted() {
        return new ActiveClients(new ClientLedger(view), time::get);
    }

    private void enable(int retention) {
        clients.set(new Terms(true, true, retention, 12));
    }

    @Test
    void nobody_is_noted_unless_that_is_wanted() {
        clients.used(entity("ann"));
        clients.flush();
        assertTrue(clients.ledger().empty());
        enable(48);
        clients.used(entity("ann"));
        clients.set(new Terms(false, true, 48, 12));
        clients.used(entity("bob"));
        clients.flush();
        assertEquals(new Count(1, 0), report(NOVEMBER, NOVEMBER).total());
    }

    @Test
    void a_client_is_an_entity_or_all_tokens_with_the_same_policies() {
        enable(48);
        clients.used(entity("ann"));
        clients.used(entity("ann"));
        clients.used(entity("bob"));
        clients.used(token("a", "b"));
        clients.used(token("b", "a"));
        clients.used(token("a"));
        clients.used(token("root"));
        clients.used(token("response-wrapping"));
        clients.used(Caller.anonymous());
        clients.flush();
        assertEquals(new Count(2, 2), report(NOVEMBER, NOVEMBER).total());
        assertEquals(
                4, view.keys().stream().filter(key -> key.endsWith("/2026-11")).count());
    }

    @Test
    void each_counts_once_a_month_and_once_in_a_range_also_after_a_restart() {
        enable(48);
        clients.used(entity("ann"));
        clients.used(entity("bob"));
        clients.flush();
        clients = restarted();
        enable(48);
        clients.used(entity("ann"));
        pass(Duration.ofMinutes(2));
        clients.flush();
        clients.used(entity("ann"));
        clients.used(entity("eve"));
        clients.used(token("a"));
        clients.flush();
        Report both = report(NOVEMBER, DECEMBER);
        assertEquals(Map.of(NOVEMBER, new Count(2, 0), DECEMBER, new Count(2, 1)), both.active());
        assertEquals(Map.of(NOVEMBER, new Count(2, 0), DECEMBER, new Count(1, 1)), both.arrived());
        assertEquals(new Count(3, 1), both.total());
        assertEquals(new Count(2, 1), report(DECEMBER, DECEMBER).total());
    }

    @Test
    void old_months_are_forgotten_when_a_month_begins() {
        enable(1);
        for (int i = 0; i < 600; i++) {
            clients.used(entity("e" + i));
        }
        pass(Duration.ofDays(1));
        clients.flush();
        clients.used(entity("e1"));
        assertEquals(new Count(600, 0), report(NOVEMBER, NOVEMBER).total());
        pass(Duration.ofDays(31));
        clients.flush();
        assertEquals(new Count(0, 0), report(NOVEMBER, NOVEMBER).total());
        assertEquals(new Count(1, 0), report(DECEMBER, DECEMBER).total());
    }

    @Test
    void memory_is_bounded_and_nobody_is_lost_for_it_from_one_minute_to_the_next() {
        enable(48);
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < ActiveClients.MOST / 2 + 1; i++) {
                clients.used(entity("e" + round + "-" + i));
            }
            clients.flush();
        }
        assertEquals(
                new Count(4L * (ActiveClients.MOST / 2 + 1), 0),
                report(NOVEMBER, NOVEMBER).total());
    }

    @Test
    void what_cannot_be_written_is_written_later() {
        enable(48);
        for (int i = 0; i < 1000; i++) {
            clients.used(entity("e" + i));
        }
        int last = view.commits() + 2;
        view.beforeCommit(commit -> {
            if (commit > last) {
                throw new Fault.Sealed().asException();
            }
        });
        assertThrows(FaultException.class, clients::flush);
        view.beforeCommit(commit -> {});
        clients.flush();
        assertEquals(new Count(1000, 0), report(NOVEMBER, NOVEMBER).total());
    }

    @Test
    void nobody_is_lost_among_threads() throws Exception {
        enable(48);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    for (int j = 0; j < 2000; j++) {
                        clients.used(entity("e" + j));
                        if (j % 500 == 0) {
                            clients.flush();
                        }
                    }
                }));
            }
        }
        for (Future<?> each : all) {
            each.get();
        }
        clients.flush();
        assertEquals(new Count(2000, 0), report(NOVEMBER, NOVEMBER).total());
    }

    private Report report(YearMonth first, YearMonth last) {
        return clients.ledger().report(first, last);
    }

    private void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    private static Caller entity(String id) {
        return caller(id, Set.of("default"));
    }

    private static Caller token(String... policies) {
        return caller("", Set.of(policies));
    }

    private static Caller caller(String entity, Set<String> policies) {
        return new Caller(
                "accessor",
                "key",
                "",
                "name",
                entity,
                policies,
                Map.of(),
                TokenKind.SERVICE,
                0,
                Duration.ZERO,
                Instant.EPOCH,
                Identity.NONE);
    }
}
