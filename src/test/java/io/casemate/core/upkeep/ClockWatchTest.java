package io.casemate.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private Instant wall = Instant.parse("2026-11-22T10:00:00Z");
    private long steady = 77;
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> steady);

    @Test
    void time_that_passes_is_no_jump_and_neither_is_a_small_correction() {
        pass(Duration.ofHours(5));
        assertEquals(Optional.empty(), watch.jump());
        pass(Duration.ofSeconds(10));
        wall = wall.plusMillis(4900);
        assertEquals(Optional.empty(), watch.jump());
    }

    @Test
    void a_jump_is_told_for_an_hour() {
        for (Duration by : new Duration[] {Duration.ofMinutes(-90), Duration.ofDays(2)}) {
            pass(Duration.ofSeconds(10));
            wall = wall.plus(by);
            ClockWatch.Jump jump = watch.jump().orElseThrow();
            assertEquals(by, jump.by());
            assertEquals(wall, jump.at());
            pass(ClockWatch.REMEMBERED.minusSeconds(1));
            assertTrue(watch.jump().isPresent());
            pass(Duration.ofSeconds(1));
            assertEquals(Optional.empty(), watch.jump());
        }
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        steady += time.toNanos();
    }
}
