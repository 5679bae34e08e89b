package io.casemate.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LeaseCapacityTest {
    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    private final AtomicLong there = new AtomicLong();
    private final AtomicInteger counts = new AtomicInteger();

    @Test
    void there_is_room_up_to_the_limit_and_counting_is_rare() {
        LeaseCapacity room = room(100);
        for (int i = 0; i < 100; i++) {
            assertTrue(make(room), "lease " + i);
        }
        assertFalse(make(room));
        assertTrue(counts.get() <= 3, () -> counts + " counts");
    }

    @Test
    void what_ended_makes_room_after_a_while() {
        LeaseCapacity room = room(10);
        while (make(room)) {
            // until it is full
        }
        there.set(3);
        assertFalse(make(room), "no new count so soon");
        time.updateAndGet(now -> now.plus(Duration.ofSeconds(1)));
        assertTrue(make(room));
        assertEquals(4, there.get());
    }

    @Test
    void a_clock_that_is_set_back_keeps_nobody_out() {
        LeaseCapacity room = room(10);
        while (make(room)) {
            // until it is full
        }
        there.set(3);
        time.updateAndGet(now -> now.minus(Duration.ofHours(1)));
        assertTrue(make(room));
    }

    @Test
    void what_was_not_made_after_all_takes_no_room() {
        LeaseCapacity room = room(1);
        for (int i = 0; i < 5; i++) {
            assertTrue(room.take());
            assertFalse(room.take(), "the room is kept meanwhile");
            room.settle(false);
            time.updateAndGet(now -> now.plus(Duration.ofSeconds(1)));
        }
        assertTrue(make(room));
    }

    @Test
    void leases_that_were_there_before_count() {
        there.set(10);
        assertFalse(make(room(10)));
    }

    @Test
    void never_more_than_allowed_whoever_races() throws Exception {
        LeaseCapacity room = room(50);
        AtomicLong most = new AtomicLong();
        List<Future<?>> makers = new ArrayList<>();
        try (ExecutorService all = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                makers.add(all.submit(() -> makeAndEnd(room, most)));
            }
        }
        for (Future<?> each : makers) {
            each.get();
        }
        assertTrue(most.get() <= 50, () -> most + " leases");
        assertTrue(most.get() >= 45, () -> "only " + most + " leases");
    }

    private void makeAndEnd(LeaseCapacity room, AtomicLong most) {
        for (int i = 0; i < 2000; i++) {
            make(room);
            most.accumulateAndGet(there.get(), Math::max);
            time.updateAndGet(now -> now.plusMillis(5));
            if (ThreadLocalRandom.current().nextInt(3) == 0) {
                there.updateAndGet(now -> now > 10 ? now - 1 : now);
            }
        }
    }

    private boolean make(LeaseCapacity room) {
        if (!room.take()) {
            return false;
        }
        there.incrementAndGet();
        room.settle(true);
        return true;
    }

    private LeaseCapacity room(long max) {
        return new LeaseCapacity(
                max,
                most -> {
                    counts.incrementAndGet();
                    return Math.min(most, there.get());
                },
                time::get);
    }
}
