package io.casemate.auth;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LockoutsTest {
    private final MemoryView storage = new MemoryView();
    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    private LockoutLimits limits = LockoutLimits.DEFAULT;
    private Lockouts lockouts = open();

    @Test
    void a_lock_is_written_and_a_count_is_not() {
        fail("ann", 4);
        assertEquals(List.of(), storage.list("", "", 10));
        lockouts = open();
        fail("ann", 4);
        assertDoesNotThrow(() -> lockouts.check("ann"));
        fail("ann", 1);
        lockouts = open();
        refused("ann");
        assertEquals(List.of("ann"), lockouts.locked());
        assertDoesNotThrow(() -> lockouts.check("bob"));
    }

    @Test
    void names_of_all_kinds_are_kept_apart() {
        for (String name : List.of("a/b", "a", "\u00fc", "a\u0000b")) {
            fail(name, 5);
            refused(name);
        }
        assertEquals(4, lockouts.locked().size());
        lockouts.unlock("a/b");
        assertDoesNotThrow(() -> lockouts.check("a/b"));
        refused("a");
    }

    @Test
    void the_longest_names_are_locked_too() {
        String one = "x".repeat(1023) + "1";
        fail(one, 5);
        lockouts = open();
        refused(one);
        assertDoesNotThrow(() -> lockouts.check("x".repeat(1023) + "2"));
        assertEquals(List.of(one), lockouts.locked());
        assertTrue(storage.keys().getFirst().length() < 100);
        lockouts.unlock(one);
        assertDoesNotThrow(() -> lockouts.check(one));
    }

    @Test
    void old_locks_go_when_new_ones_are_made() {
        for (int i = 0; i < 30; i++) {
            fail("n" + i, 5);
        }
        time.updateAndGet(now -> now.plus(Duration.ofMinutes(16)));
        fail("a", 5);
        assertTrue(
                storage.list("", "", 100).size() <= 2,
                () -> storage.list("", "", 100).toString());
        assertEquals(List.of("a"), lockouts.locked());
    }

    @Test
    void a_stranger_fills_neither_memory_nor_store() {
        String huge = "x".repeat(100_000);
        fail(huge, 10);
        assertDoesNotThrow(() -> lockouts.check(huge));
        assertEquals(List.of(), storage.list("", "", 10));
        fail("ann", 4);
        for (int i = 0; i < 5000; i++) {
            fail("n" + i, 1);
        }
        fail("ann", 1);
        assertDoesNotThrow(() -> lockouts.check("ann"), "forgotten for newer ones, so that memory is bounded");
    }

    @Test
    void a_clock_that_is_set_back_makes_no_lock_longer() {
        fail("ann", 5);
        time.updateAndGet(now -> now.minus(Duration.ofMinutes(10)));
        refused("ann");
        time.updateAndGet(now -> now.minus(Duration.ofDays(365)));
        assertDoesNotThrow(() -> lockouts.check("ann"));
        assertEquals(List.of(), lockouts.locked());
    }

    @Test
    void switched_off_it_does_nothing() {
        fail("ann", 5);
        limits = new LockoutLimits(5, Duration.ofMinutes(15), Duration.ofMinutes(15), true);
        assertDoesNotThrow(() -> lockouts.check("ann"));
        assertEquals(List.of(), lockouts.locked());
        fail("bob", 10);
        limits = LockoutLimits.DEFAULT;
        assertDoesNotThrow(() -> lockouts.check("bob"));
    }

    private Lockouts open() {
        return new Lockouts(storage, () -> limits, time::get);
    }

    private void fail(String name, int times) {
        for (int i = 0; i < times; i++) {
            lockouts.failed(name);
        }
    }

    private void refused(String name) {
        FaultException e = assertThrows(FaultException.class, () -> lockouts.check(name));
        assertInstanceOf(Fault.PermissionDenied.class, e.fault());
    }
}
