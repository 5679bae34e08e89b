package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * How long to wait before the next attempt to unseal: doubling, with a fifth of jitter either way.
 *
 * @param first after the first failure
 * @param away at most, while the device is away: it shall not be missed for long when it returns
 * @param other at most, after failures that waiting alone seldom heals
 */
public record RetryDelays(Duration first, Duration away, Duration other) {
    /** One second, four, sixty. */
    public static final RetryDelays DEFAULT =
            new RetryDelays(Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(60));

    /** Empty when trying again could do harm: a refused PIN is never tried again without a human. */
    Optional<Duration> after(int attempts, Fault fault, SecureRandom random) {
        if (fault instanceof HsmFailed failed && failed.problem() == HsmProblem.PIN) {
            return Optional.empty();
        }
        boolean gone = fault instanceof HsmFailed failed && failed.problem() == HsmProblem.AWAY;
        Duration most = gone ? away : other;
        Duration doubled = first.multipliedBy(1L << Math.min(attempts - 1, 20));
        long millis = Math.min(doubled.toMillis(), most.toMillis());
        return Optional.of(Duration.ofMillis(millis * (80 + random.nextInt(41)) / 100));
    }
}
