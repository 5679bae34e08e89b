package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryTimeTest {
    private static final long SEED = 20_261_122;
    private final EntryTime time = new EntryTime();

    /** Read back it is the same instant, whether the second before it was the same one or not. */
    @Test
    void every_instant_reads_back() {
        SplittableRandom random = new SplittableRandom(SEED);
        Instant at = Instant.parse("1999-12-31T23:59:59.999999999Z");
        for (int round = 0; round < 10_000; round++) {
            String text = time.text(at);
            assertEquals(at, Instant.parse(text), "seed " + SEED);
            assertEquals("1999-12-31T23:59:59.000000001Z".length(), text.length());
            at = at.plusNanos(random.nextLong(-900_000_000L, 1_200_000_000L));
        }
        assertEquals("2026-01-02T03:04:00.000000000Z", time.text(Instant.parse("2026-01-02T03:04:00Z")));
    }
}
