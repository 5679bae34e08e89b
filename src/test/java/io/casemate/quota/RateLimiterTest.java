package io.casemate.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.quota.Limit.Rate;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    @Test
    void counts_each_client_for_itself_and_anew_in_each_interval() {
        RateLimiter limiter = limiter("2", 10, 0);
        assertEquals(1, limiter.take("a", NOW).remaining());
        assertTrue(limiter.take("a", NOW.plusSeconds(4)).allowed());
        RateLimiter.Taken refused = limiter.take("a", NOW.plusSeconds(4));
        assertFalse(refused.allowed());
        assertEquals(Duration.ofSeconds(6), refused.reset());
        assertEquals(0, refused.remaining());
        assertTrue(limiter.take("b", NOW.plusSeconds(4)).allowed());
        assertFalse(limiter.take("a", NOW.plusMillis(9_999)).allowed());
        assertTrue(limiter.take("a", NOW.plusSeconds(10)).allowed());
    }

    @Test
    void whoever_asks_for_too_much_is_blocked_where_that_is_set_and_asking_on_does_not_prolong_it() {
        RateLimiter limiter = limiter("1", 1, 60);
        assertTrue(limiter.take("a", NOW).allowed());
        assertFalse(limiter.take("a", NOW).allowed());
        assertEquals(
                Duration.ofSeconds(30), limiter.take("a", NOW.plusSeconds(30)).reset());
        assertFalse(limiter.take("a", NOW.plusMillis(59_999)).allowed());
        assertTrue(limiter.take("a", NOW.plusSeconds(60)).allowed());
    }

    @Test
    void rates_are_rounded_and_allow_one_at_least() {
        assertEquals(1, limiter("0.001", 1, 0).take("a", NOW).limit());
        assertEquals(3, limiter("2.5", 1, 0).take("a", NOW).limit());
    }

    @Test
    void a_clock_that_is_set_back_locks_nobody_out() {
        RateLimiter limiter = limiter("1", 1, 0);
        assertTrue(limiter.take("a", NOW).allowed());
        assertTrue(limiter.take("a", NOW.minusSeconds(3600)).allowed());
    }

    @Test
    void never_lets_more_pass_whoever_races() throws Exception {
        RateLimiter limiter = limiter("100", 10, 0);
        List<Future<Integer>> counts = new ArrayList<>();
        try (ExecutorService all = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                counts.add(all.submit(() -> passed(limiter)));
            }
        }
        int sum = 0;
        for (Future<Integer> each : counts) {
            sum += each.get();
        }
        assertEquals(100, sum);
    }

    @Test
    void memory_is_bounded_and_clients_beyond_it_share_one_count() {
        RateLimiter limiter = limiter("1", 10, 0);
        for (int i = 0; i < RateLimiter.CLIENTS; i++) {
            assertTrue(limiter.take("client-" + i, NOW).allowed());
        }
        assertTrue(limiter.take("one more", NOW.plusSeconds(2)).allowed());
        assertFalse(limiter.take("and another", NOW.plusSeconds(2)).allowed());
        assertFalse(limiter.take("client-7", NOW.plusSeconds(2)).allowed(), "those known are still counted");
        assertTrue(limiter.take("later", NOW.plusSeconds(20)).allowed(), "once there is room again");
        assertTrue(limiter.take("too", NOW.plusSeconds(20)).allowed());
    }

    private static int passed(RateLimiter limiter) {
        int passed = 0;
        for (int i = 0; i < 500; i++) {
            passed += limiter.take("a", NOW).allowed() ? 1 : 0;
        }
        return passed;
    }

    private static RateLimiter limiter(String rate, long interval, long block) {
        return new RateLimiter(new Rate(new BigDecimal(rate), Duration.ofSeconds(interval), Duration.ofSeconds(block)));
    }
}
