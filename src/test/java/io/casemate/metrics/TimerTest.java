package io.casemate.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimerTest {
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);
    private final Timer timer = new Timer(now::get);

    @Test
    void quantiles_are_near_those_of_a_sorted_list() {
        Random random = new Random(42);
        for (int round = 0; round < 50; round++) {
            Timer fresh = new Timer(now::get);
            long[] values = new long[1 + random.nextInt(2000)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (long) Math.exp(random.nextDouble() * 30);
                fresh.took(values[i]);
            }
            Arrays.sort(values);
            for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
                double exact = (double) values[(int) Math.ceil(part * values.length) - 1] / 1e6;
                double found = fresh.quantiles(part)[0];
                assertTrue(Math.abs(found - exact) <= exact / 16 + 1e-6, found + " is far from " + exact);
            }
        }
    }

    @Test
    void extremes_have_their_bucket() {
        for (long value : new long[] {0, 1, 7, 8, 15, 16, 1 << 20, Long.MAX_VALUE, -3}) {
            timer.took(value);
        }
        assertEquals(9, timer.count());
        assertEquals(0.0, timer.quantiles(0.01)[0]);
        assertEquals((double) Long.MAX_VALUE / 1e6, timer.quantiles(1)[0], (double) Long.MAX_VALUE / 16e6);
    }

    @Test
    void quantiles_forget_what_is_old_and_sums_do_not() {
        timer.took(1_000_000_000);
        assertEquals(1000, timer.quantiles(0.5)[0], 70);
        for (int minute = 0; minute < 3; minute++) {
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            timer.took(1_000_000);
            timer.quantiles(0.5);
        }
        assertEquals(1, timer.quantiles(1)[0], 0.07);
        assertEquals(4, timer.count());
        assertEquals(1003, timer.millis());
    }

    @Test
    void nothing_measured_is_no_number() {
        assertTrue(Double.isNaN(timer.quantiles(0.5)[0]));
    }

    @Test
    void none_is_lost_among_threads() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> {
                    for (int n = 0; n < 1000; n++) {
                        timer.took(1_000_000);
                    }
                });
            }
        }
        assertEquals(50_000, timer.count());
        assertEquals(50_000, timer.millis());
    }
}
