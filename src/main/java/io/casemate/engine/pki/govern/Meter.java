package io.casemate.engine.pki.govern;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts by key, each as one instant: the time at which all that was counted will be forgotten again (GCRA, the "virtual
 * scheduling" of ITU-T I.371). A key may have {@code most} at once, and gets {@code most} in each window after. Bounded: a key
 * whose time has passed is as good as none.
 */
public final class Meter {
    private static final int MAX = 200_000;

    private final Crowded crowded;
    private final Map<String, Instant> full = new ConcurrentHashMap<>();

    /** What becomes of a new key when too many are alive. */
    public enum Crowded {
        /** It is told to wait. */
        REFUSE,
        /** It is not counted: whoever makes up keys shuts out nobody, and other limits hold. */
        PASS
    }

    /** A meter without counts. */
    public Meter(Crowded crowded) {
        this.crowded = crowded;
    }

    /** Counts one; when that is one too many, counts nothing and says how long to wait. */
    public Optional<Duration> take(String key, long most, Duration window, Instant now) {
        if (full.size() >= MAX && !full.containsKey(key)) {
            full.values().removeIf(until -> !until.isAfter(now));
            if (full.size() >= MAX) {
                return crowded == Crowded.PASS ? Optional.empty() : Optional.of(window);
            }
        }
        Duration each = window.dividedBy(most);
        Duration[] wait = new Duration[1];
        full.compute(key, (_, until) -> {
            Instant begin = until == null || until.isBefore(now) ? now : until;
            Instant next = begin.plus(each);
            Duration over = Duration.between(now.plus(window), next);
            if (over.isPositive()) {
                wait[0] = over;
                return until;
            }
            return next;
        });
        return Optional.ofNullable(wait[0]);
    }

    /** How long to wait until one more may be counted; empty when one may be. Counts nothing. */
    public Optional<Duration> delay(String key, long most, Duration window, Instant now) {
        Instant until = full.getOrDefault(key, now);
        Instant next = (until.isBefore(now) ? now : until).plus(window.dividedBy(most));
        return Optional.of(Duration.between(now.plus(window), next)).filter(Duration::isPositive);
    }

    /** Takes one back. */
    public void giveBack(String key, long most, Duration window) {
        full.computeIfPresent(key, (_, until) -> until.minus(window.dividedBy(most)));
    }
}
