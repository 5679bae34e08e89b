package io.casemate.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a token lives, in whole seconds.
 *
 * @param ttl life it was given when made; zero for a root token without end
 * @param period a periodic token's life after each renewal; zero for others
 * @param explicitMax the longest life from {@code created} that no renewal passes; zero for none of its own
 * @param renewed when it was last renewed, if ever
 * @param expires the end; empty for a root token without end
 */
public record TokenLife(
        Instant created,
        Duration ttl,
        Duration period,
        Duration explicitMax,
        Optional<Instant> renewed,
        Optional<Instant> expires) {
    /**
     * No request that reads what lies with its token is still at it after this. Nothing ends a request by the clock; what makes one
     * slow before it reads, audit devices above all, has a patience of minutes.
     */
    static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    /** Whether it is over. */
    public boolean over(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    /** What is left, in whole seconds, never negative; zero also for one without end. */
    public Duration left(Instant now) {
        return expires.map(end -> Duration.between(now, end))
                .filter(left -> !left.isNegative())
                .map(left -> Duration.ofSeconds(left.toSeconds()))
                .orElse(Duration.ZERO);
    }

    /** Undoes {@link #spent} for the request that is this use: it is still told the time that the token was given. */
    TokenLife beforeItsLastUse() {
        Duration given = period.isZero() ? ttl : period;
        Optional<Instant> end = given.isZero()
                ? Optional.empty()
                : Optional.of(renewed.orElse(created).plus(given));
        return new TokenLife(created, ttl, period, explicitMax, renewed, end);
    }

    /** Prolonged, or shortened, at {@code now} to {@code left}. */
    public TokenLife renewed(Instant now, Duration left) {
        return new TokenLife(created, ttl, period, explicitMax, Optional.of(now), Optional.of(now.plus(left)));
    }

    /** The same by the terms of a renewal. */
    TokenLife within(RenewalTerms terms) {
        Duration max = Lifetimes.shorter(explicitMax, terms.explicitMax());
        return new TokenLife(created, terms.ttl(), terms.period(), max, renewed, expires);
    }

    /** The same with another period. */
    TokenLife every(Duration otherPeriod) {
        return new TokenLife(created, ttl, otherPeriod, explicitMax, renewed, expires);
    }

    /**
     * After the last use: whoever answers the request that is this use ends the token. If nobody could, the sweep does, when that
     * request can no longer need what lies with the token.
     */
    TokenLife spent(Instant now) {
        return new TokenLife(created, ttl, period, explicitMax, renewed, Optional.of(now.plus(LONGEST_REQUEST)));
    }
}
