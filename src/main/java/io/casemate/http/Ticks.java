package io.casemate.http;

import java.time.Duration;

/** Monotonic nanoseconds since the class was loaded, so that deadlines compare with plain {@code >=}. */
final class Ticks {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long START = System.nanoTime();

    private Ticks() {}

    static long now() {
        return System.nanoTime() - START;
    }

    static long in(Duration duration) {
        return now() + duration.toNanos();
    }
}
