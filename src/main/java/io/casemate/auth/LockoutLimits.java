package io.casemate.auth;

import java.time.Duration;

/**
 * When a name is locked out.
 *
 * @param threshold failures in a row
 * @param duration how long it stays locked out
 * @param counterReset without a failure for so long, counting starts anew
 * @param disabled nobody is ever locked out
 */
public record LockoutLimits(int threshold, Duration duration, Duration counterReset, boolean disabled) {
    /** As clients expect it: 5 failures, 15 minutes. */
    public static final LockoutLimits DEFAULT =
            new LockoutLimits(5, Duration.ofMinutes(15), Duration.ofMinutes(15), false);
}
