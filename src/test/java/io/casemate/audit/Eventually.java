package io.casemate.audit;

import java.util.function.BooleanSupplier;

/** Waits for what other threads do. For tests. */
public final class Eventually {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Eventually() {}

    /** Returns when {@code state} holds; fails after twenty seconds. */
    public static void holds(BooleanSupplier state, String what) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("never happened: " + what);
            }
            Thread.sleep(5);
        }
    }
}
