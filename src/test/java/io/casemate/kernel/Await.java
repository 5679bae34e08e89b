package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do, without taking their processor. For tests. */
public final class Await {
    private static final Duration MOST = Duration.ofSeconds(15);
    private static final long STEP_NANOS = 1_000_000;

    private Await() {}

    /** Returns as soon as this is so; fails when it is not so after a quarter of a minute. */
    public static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + MOST.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "did not happen within " + MOST);
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
