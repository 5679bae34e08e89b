package io.casemate.lease;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a lease lives, in whole seconds.
 *
 * @param ttl life it was given when made
 * @param max longest life from {@code issued}, besides the mount's own limit; zero for none
 */
public record LeaseLife(Instant issued, Duration ttl, Duration max, Optional<Instant> renewed, Instant expires) {
    /** Whether it is over. */
    public boolean over(Instant now) {
        return !now.isBefore(expires);
    }

    /** What is left, never negative. */
    public Duration left(Instant now) {
        return over(now) ? Duration.ZERO : Duration.between(now, expires);
    }

    /** The life of a new lease: the wish, cut to the limits of engine, mount and holder; one second at least. */
    static LeaseLife first(Lease.Terms terms, Ttls limits, Optional<Duration> holder, Instant now) {
        Duration max = shorter(terms.max(), holder.orElse(Duration.ZERO));
        Duration wanted = terms.ttl().isZero() ? limits.fallback() : terms.ttl();
        Duration ttl = whole(shorter(wanted, shorter(limits.max(), max)));
        return new LeaseLife(now, ttl, max, Optional.empty(), now.plus(ttl));
    }

    /**
     * Prolonged, or shortened, at {@code now}.
     *
     * @param terms the engine's, as of now
     * @param increment wished life from now; zero for the lease's own
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the longest life is behind
     */
    LeaseLife renewed(Lease.Terms terms, Ttls limits, Duration increment, Instant now) {
        Duration least = shorter(max, terms.max());
        Duration room = Duration.between(now, issued.plus(shorter(limits.max(), least)));
        if (!room.isPositive()) {
            throw Fault.badRequest("past the max TTL, cannot renew");
        }
        Duration own = terms.ttl().isZero() ? ttl : terms.ttl();
        Duration wanted = whole(shorter(increment.isZero() ? own : increment, room));
        return new LeaseLife(issued, ttl, least, Optional.of(now), now.plus(wanted));
    }

    /** Over now. */
    LeaseLife ended(Instant now) {
        return over(now) ? this : new LeaseLife(issued, ttl, max, renewed, now);
    }

    private static Duration whole(Duration duration) {
        return Duration.ofSeconds(Math.max(1, duration.toSeconds()));
    }

    /** The shorter, where zero is "no limit". */
    private static Duration shorter(Duration a, Duration b) {
        if (a.isZero() || b.isZero()) {
            return a.isZero() ? b : a;
        }
        return a.compareTo(b) < 0 ? a : b;
    }
}
