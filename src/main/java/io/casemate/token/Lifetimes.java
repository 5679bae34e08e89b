package io.casemate.token;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long tokens live: the wish, cut to the explicit maximum, the period and the server's maximum. */
final class Lifetimes {
    /** A life in whole seconds, and what the client should know of it. */
    record Granted(Duration ttl, List<String> warnings) {}

    private Lifetimes() {}

    /** The life of a new token. */
    static Granted initial(TokenSpec spec, Ttls limits, Instant now) {
        if (spec.traits().root() && spec.ttl().isZero() && spec.period().isZero()) {
            return new Granted(spec.explicitMax(), List.of());
        }
        TokenLife life =
                new TokenLife(now, spec.ttl(), spec.period(), spec.explicitMax(), Optional.empty(), Optional.empty());
        return prolonged(life, spec.ttl(), limits, now);
    }

    /**
     * The life from {@code now} on after a renewal.
     *
     * @param increment wished for; zero for the token's own
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the maximum is behind
     */
    static Granted prolonged(TokenLife life, Duration increment, Ttls limits, Instant now) {
        List<String> warnings = new ArrayList<>();
        Duration max = shorter(limits.max(), life.explicitMax());
        Duration wanted = increment.isZero() ? life.ttl() : increment;
        wanted = wanted.isZero() ? limits.fallback() : wanted;
        Optional<Instant> end = Optional.of(life.created().plus(max));
        if (!life.period().isZero()) {
            wanted = life.period();
            end = life.explicitMax().isZero() ? Optional.empty() : end;
            if (wanted.compareTo(max) > 0) {
                warnings.add("period of " + text(wanted) + " exceeded the effective max_ttl of " + text(max)
                        + "; period value is capped accordingly");
                wanted = max;
            }
        }
        Duration room = end.map(at -> Duration.between(now, at)).orElse(wanted);
        if (!room.isPositive()) {
            throw Fault.badRequest("past the max TTL, cannot renew");
        }
        if (wanted.compareTo(room) > 0) {
            warnings.add("TTL of " + text(wanted) + " exceeded the effective max_ttl of " + text(room)
                    + "; TTL value is capped accordingly");
            wanted = room;
        }
        return new Granted(Duration.ofSeconds(Math.max(1, wanted.toSeconds())), warnings);
    }

    /** The shorter, where zero is "no limit". */
    static Duration shorter(Duration a, Duration b) {
        if (a.isZero() || b.isZero()) {
            return a.isZero() ? b : a;
        }
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String text(Duration duration) {
        return duration.toSeconds() + "s";
    }
}
