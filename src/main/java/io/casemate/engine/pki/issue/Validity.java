package io.casemate.engine.pki.issue;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.Timestamps;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** From when to when, in whole seconds, and what was not as asked for. */
public record Validity(Instant notBefore, Instant notAfter, List<String> warnings) {
    private static final Duration LONGEST_BACKDATING = Duration.ofDays(3650);

    /** The life of an end certificate under a role; never longer than role, mount and issuer allow. */
    public static Validity of(Role role, Ask ask, Issuer issuer, Ttls mount, Instant clock) {
        Instant now = clock.truncatedTo(ChronoUnit.SECONDS);
        Instant notBefore = now.minus(role.duration("not_before_duration"));
        Optional<Instant> asked = Timestamps.optional("not_after", ask.notAfter());
        if (asked.isPresent() && ask.ttl().isPresent()) {
            throw Fault.badRequest("Either ttl or not_after should be provided. Both should not be provided in the same"
                    + " request.");
        }
        Optional<Instant> fixed = Timestamps.optional("not_after", role.text("not_after"));
        if (fixed.isPresent() && asked.isEmpty()) {
            return new Validity(notBefore, fixed.get(), List.of())
                    .within(issuer)
                    .future(now);
        }
        if (asked.isPresent()) {
            Instant limit = fixed.orElse(now.plus(longest(role, mount)));
            if (asked.get().isAfter(limit)) {
                throw Fault.badRequest("field 'not_after': later than this role allows, which is " + limit);
            }
            return new Validity(notBefore, asked.get(), List.of())
                    .within(issuer)
                    .future(now);
        }
        return byTtl(role, ask, mount, notBefore, now).within(issuer).future(now);
    }

    /** The life of a CA: {@code ttl} at most the mount's maximum, or a fixed end. */
    public static Validity ofCa(Optional<Duration> ttl, String notAfter, Duration backdate, Ttls mount, Instant clock) {
        Instant now = clock.truncatedTo(ChronoUnit.SECONDS);
        Optional<Instant> fixed = Timestamps.optional("not_after", notAfter);
        Duration wanted = ttl.filter(Duration::isPositive).orElse(mount.fallback());
        Duration life = wanted.compareTo(mount.max()) > 0 ? mount.max() : wanted;
        List<String> warnings = fixed.isEmpty() && life.compareTo(wanted) < 0 ? List.of(cut(wanted, life)) : List.of();
        Validity validity = new Validity(now.minus(backdate), fixed.orElse(now.plus(life)), warnings);
        return validity.future(now);
    }

    private static Validity byTtl(Role role, Ask ask, Ttls mount, Instant notBefore, Instant now) {
        Duration max = longest(role, mount);
        Duration wanted = ask.ttl().orElse(role.duration("ttl").isPositive() ? role.duration("ttl") : mount.fallback());
        Duration life = wanted.compareTo(max) > 0 ? max : wanted;
        boolean asked = ask.ttl().isPresent() && life.compareTo(wanted) < 0;
        return new Validity(notBefore, now.plus(life), asked ? List.of(cut(wanted, life)) : List.of());
    }

    private static Duration longest(Role role, Ttls mount) {
        return role.duration("max_ttl").isPositive() ? role.duration("max_ttl") : mount.max();
    }

    /**
     * The same below {@code issuer}, as its {@code leaf_not_after_behavior} says.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it would outlive an issuer that does not allow it
     */
    public Validity within(Issuer issuer) {
        Instant end = issuer.certificate().getEndDate().getDate().toInstant();
        if (!notAfter.isAfter(end) || issuer.leafLife() == LeafLife.PERMIT) {
            return this;
        }
        if (issuer.leafLife() == LeafLife.TRUNCATE) {
            return new Validity(notBefore, end, warnings);
        }
        throw Fault.badRequest("cannot satisfy request, as TTL would result in notAfter of " + notAfter
                + " that is beyond the expiration of the CA certificate at " + end);
    }

    private Validity future(Instant now) {
        if (now.minus(LONGEST_BACKDATING).isAfter(notBefore)) {
            throw Fault.badRequest("field 'not_before_duration': at most " + LONGEST_BACKDATING.toDays() + " days");
        }
        if (!notAfter.isAfter(now)) {
            throw Fault.badRequest("the certificate would end at " + notAfter + ", which has passed");
        }
        return this;
    }

    private static String cut(Duration wanted, Duration max) {
        return "TTL \"" + wanted.toSeconds() + "s\" is longer than permitted maxTTL \"" + max.toSeconds()
                + "s\", so maxTTL is being used";
    }
}
