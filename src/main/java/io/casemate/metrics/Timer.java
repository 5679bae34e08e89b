package io.casemate.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Durations of one kind of work: how many, how long in sum, and quantiles of the last minute or so. Noting one takes no lock and
 * wakes nobody. Quantiles are told to within a sixteenth: durations are sorted into buckets, eight for each power of two.
 */
public final class Timer {
    private static final int BITS = 3;
    private static final int BUCKETS = (Long.SIZE - BITS + 1) << BITS;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long[] NOTHING = new long[BUCKETS];
    private static final double NANOS_PER_MILLI = 1_000_000.0;

    private final LongSupplier ticks;
    /** Made when they are first used: most durations of one kind are of few sizes. */
    private final AtomicReferenceArray<LongAdder> buckets = new AtomicReferenceArray<>(BUCKETS);

    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** Counts as they were a while ago, and a shorter while ago: what a look compares with, and what the next ones will. */
    private long[] base = NOTHING;

    private long[] next = NOTHING;
    private long nextAt;

    /** @param ticks nanoseconds of a clock that nobody sets */
    Timer(LongSupplier ticks) {
        this.ticks = ticks;
        this.nextAt = ticks.getAsLong();
    }

    /** Notes that something took from {@code began}, a {@link System#nanoTime}, until now. */
    public void since(long began) {
        took(ticks.getAsLong() - began);
    }

    void took(long duration) {
        long positive = Math.max(0, duration);
        adder(bucket(positive)).increment();
        count.increment();
        nanos.add(positive);
    }

    private LongAdder adder(int bucket) {
        LongAdder there = buckets.get(bucket);
        if (there != null) {
            return there;
        }
        buckets.compareAndSet(bucket, null, new LongAdder());
        return buckets.get(bucket);
    }

    long count() {
        return count.sum();
    }

    double millis() {
        return (double) nanos.sum() / NANOS_PER_MILLI;
    }

    /** The durations, in milliseconds, that these parts of the last minute's or two minutes' did not exceed; NaN for none. */
    synchronized double[] quantiles(double... parts) {
        long[] now = new long[BUCKETS];
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            LongAdder used = buckets.get(i);
            now[i] = used == null ? 0 : used.sum();
            total += now[i] - base[i];
        }
        double[] found = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            found[i] = total == 0 ? Double.NaN : quantile(now, (long) Math.ceil(parts[i] * (double) total));
        }
        if (ticks.getAsLong() - nextAt >= WINDOW_NANOS) {
            base = next;
            next = now;
            nextAt = ticks.getAsLong();
        }
        return found;
    }

    private double quantile(long[] now, long rank) {
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += now[i] - base[i];
            if (seen >= rank) {
                return middle(i) / NANOS_PER_MILLI;
            }
        }
        return Double.NaN;
    }

    /** Below eight a bucket a number; above, the highest bit and the three after it. */
    private static int bucket(long value) {
        if (value < 1 << BITS) {
            return (int) value;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        int mantissa = (int) (value >>> (exponent - BITS)) & ((1 << BITS) - 1);
        return ((exponent - BITS + 1) << BITS) + mantissa;
    }

    private static double middle(int bucket) {
        if (bucket < 1 << BITS) {
            return bucket;
        }
        int shift = (bucket >> BITS) - 1;
        long low = (long) ((1 << BITS) + (bucket & ((1 << BITS) - 1))) << shift;
        return (double) low + (double) (1L << shift) / 2.0;
    }
}
