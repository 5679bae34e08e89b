package io.casemate.barrier;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;

/**
 * When the barrier makes a new data key by itself.
 *
 * @param maxOperations most values sealed under one key
 * @param interval longest use of one key, zero for no limit
 * @param enabled false leaves only the hard limit of {@link #MOST_OPERATIONS}, which no configuration lifts
 */
public record RotationPolicy(long maxOperations, Duration interval, boolean enabled) {
    /** 90 % of what random 96-bit nonces allow (NIST SP 800-38D, 8.3). */
    public static final long MOST_OPERATIONS = 3_865_470_566L;
    /** Fewer would rotate all the time. */
    public static final long LEAST_OPERATIONS = 1_000_000L;
    /** Shortest interval. */
    public static final Duration LEAST_INTERVAL = Duration.ofHours(24);
    /** At the limit only. */
    public static final RotationPolicy DEFAULT = new RotationPolicy(MOST_OPERATIONS, Duration.ZERO, true);

    /** @throws io.casemate.kernel.FaultException {@code BadRequest} for values out of range */
    public RotationPolicy {
        if (maxOperations < LEAST_OPERATIONS || maxOperations > MOST_OPERATIONS) {
            throw Fault.badRequest(
                    "max_operations must be in the range [" + LEAST_OPERATIONS + "," + MOST_OPERATIONS + "]");
        }
        if (!interval.isZero() && interval.compareTo(LEAST_INTERVAL) < 0) {
            throw Fault.badRequest("interval must be greater or equal to 24h0m0s");
        }
    }

    long limit() {
        return enabled ? maxOperations : MOST_OPERATIONS;
    }

    boolean tooOld(Instant installed, Instant now) {
        return enabled && !interval.isZero() && !now.isBefore(installed.plus(interval));
    }
}
