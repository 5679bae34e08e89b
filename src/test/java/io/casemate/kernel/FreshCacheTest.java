package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreshCacheTest {
    private final FreshCache<String, Long> cache = new FreshCache<>(64);

    @Test
    void loads_once_until_dropped() {
        AtomicLong source = new AtomicLong(1);
        assertEquals(1, cache.get("a", key -> source.get()));
        source.set(2);
        assertEquals(1, cache.get("a", key -> source.get()));
        cache.drop("a");
        assertEquals(2, cache.get("a", key -> source.get()));
        source.set(3);
        cache.dropAll();
        assertEquals(3, cache.get("a", key -> source.get()));
    }

    @Test
    void does_not_keep_absence() {
        assertNull(cache.get("a", key -> null));
        assertEquals(5L, cache.get("a", key -> 5L));
    }

    @Test
    void a_load_that_began_before_a_drop_is_not_believed_after_it() throws ExecutionException, InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch dropped = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> slow = threads.submit(() -> cache.get("a", key -> {
                loading.countDown();
                await(dropped);
                return 1L;
            }));
            loading.await();
            cache.drop("a");
            dropped.countDown();
            assertEquals(1L, slow.get());
        }
        assertEquals(2L, cache.get("a", key -> 2L));
    }

    @Test
    void stays_within_its_capacity_and_keeps_what_is_asked_for() {
        AtomicInteger loads = new AtomicInteger();
        for (long i = 0; i < 10_000; i++) {
            long value = i;
            cache.get("k" + i, key -> value);
            cache.get("hot", key -> (long) loads.incrementAndGet());
        }
        assertEquals(1, loads.get());
        AtomicInteger reloads = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            cache.get("k" + i, key -> (long) reloads.incrementAndGet());
        }
        assertTrue(reloads.get() >= 10_000 - 64, () -> "kept more than its capacity: " + reloads);
    }

    @Test
    void never_answers_older_than_what_was_dropped_before_the_question() throws InterruptedException {
        AtomicLong truth = new AtomicLong();
        AtomicInteger stale = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int reader = 0; reader < 4; reader++) {
                threads.execute(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        long before = truth.get();
                        if (cache.get("x", key -> truth.get()) < before - 1) {
                            stale.incrementAndGet();
                        }
                    }
                });
            }
            threads.execute(() -> {
                for (int i = 0; i < 20_000; i++) {
                    truth.incrementAndGet();
                    cache.drop("x");
                }
            });
        }
        assertEquals(0, stale.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
