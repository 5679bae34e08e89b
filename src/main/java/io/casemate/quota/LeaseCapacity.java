package io.casemate.quota;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;

/**
 * How much room a lease-count quota has left. Never lets more leases be than allowed, and asks the store rarely: it remembers the
 * last count and adds what was made since; what ended since is seen at the next count, which is made when the sum reaches
 * the limit. Counting stops at the limit and, when there is no room, is not repeated for a while.
 */
final class LeaseCapacity {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A count is repeated only after so many times the time it took. */
    private static final int SPARING = 20;

    private final long max;
    private final LongUnaryOperator counting;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long known = -1;
    private long made;
    private long underWay;
    private long counted = Long.MAX_VALUE;
    private long countAgain = Long.MIN_VALUE;

    /**
     * With room for {@code max}.
     *
     * @param counting how many there are, asked to stop at a number
     */
    LeaseCapacity(long max, LongUnaryOperator counting, InstantSource clock) {
        this.max = max;
        this.counting = counting;
        this.clock = clock;
    }

    /** Keeps room for one more; false when there is none. */
    boolean take() {
        lock.lock();
        try {
            if (known < 0 || known + made + underWay >= max) {
                count();
            }
            if (known + made + underWay >= max) {
                return false;
            }
            underWay++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends what {@link #take} began. */
    void settle(boolean used) {
        lock.lock();
        try {
            underWay--;
            made += used ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    private void count() {
        long start = clock.millis();
        // A clock that was set back does not make the pause longer.
        if (start >= counted && start < countAgain) {
            return;
        }
        counted = start;
        known = counting.applyAsLong(max);
        made = 0;
        long end = clock.millis();
        countAgain = known + underWay >= max
                ? end + Math.max(PAUSE.toMillis(), SPARING * Math.max(0, end - start))
                : Long.MIN_VALUE;
    }
}
