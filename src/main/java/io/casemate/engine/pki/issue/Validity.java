package io.casemate.engine.pki.issue;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.engine.pki.role.Bound;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.Timestamps;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From when to when, in whole seconds, and what was not as asked for. */
public record Validity(Instant notBefore, Instant notAfter, List<String> warnings) {
    private static final Duration LONGEST_BACKDATING = Duration.ofDays(3650);

    /** The life of an end certificate under a role; never longer than role, mount and issuer allow. */
    public static Validity of(Role role, RequestedValidity life, Issuer issuer, Ttls mount, Instant clock) {
        Instant now = clock.truncatedTo(ChronoUnit.SECONDS);
        Instant notBefore = begin(role, life, now);
        Optional<Instant> fixed = Timestamps.optional("not_after", role.text("not_after"));
        if (fixed.isEmpty() && life.notAfter().isEmpty()) {
            return byTtl(role, life, mount, notBefore, now).within(issuer).sensible(now);
        }
        Instant notAfter = life.notAfter()
                .map(asked -> end(role, asked, fixed, mount, now))
                .orElseGet(fixed::get);
        return new Validity(notBefore, notAfter, List.of()).within(issuer).sensible(now);
    }

    /**
     * The life of a CA: a TTL at most the mount's maximum, or a fixed end.
     *
     * @param backdate how far the begin lies back when none is asked for
     */
    public static Validity ofCa(RequestedValidity asked, Duration backdate, Ttls mount, Instant clock) {
        Instant now = clock.truncatedTo(ChronoUnit.SECONDS);
        Duration wanted = asked.ttl().orElse(mount.fallback());
        Duration life = wanted.compareTo(mount.max()) > 0 ? mount.max() : wanted;
        List<String> warnings =
                asked.notAfter().isEmpty() && life.compareTo(wanted) < 0 ? List.of(cut(wanted, life)) : List.of();
        Instant begin = asked.notBefore().orElse(now.minus(backdate));
        return new Validity(begin, asked.notAfter().orElse(now.plus(life)), warnings).sensible(now);
    }

    private static Instant begin(Role role, RequestedValidity life, Instant now) {
        Instant usual = Timestamps.optional("not_before", role.text("not_before"))
                .orElse(now.minus(role.duration("not_before_duration")));
        if (life.notBefore().isEmpty()) {
            return usual;
        }
        Bound bound = Bound.parse("not_before_bound", role.text("not_before_bound"));
        Instant asked = life.notBefore().get();
        Instant earliest = switch (bound.kind()) {
            case PERMIT -> Instant.MIN;
            case FORBID -> throw Fault.badRequest("field 'not_before': this role does not let a request choose it");
            case DURATION -> usual;
            case FIXED -> bound.limit().orElseThrow();
        };
        if (asked.isBefore(earliest)) {
            throw Fault.badRequest("field 'not_before': earlier than this role allows, which is " + earliest);
        }
        return asked;
    }

    private static Instant end(Role role, Instant asked, Optional<Instant> fixed, Ttls mount, Instant now) {
        Bound bound = Bound.parse("not_after_bound", role.text("not_after_bound"));
        Instant latest = switch (bound.kind()) {
            case PERMIT -> Instant.MAX;
            case FORBID -> throw Fault.badRequest("field 'not_after': this role does not let a request choose it");
            case DURATION -> fixed.orElse(now.plus(longest(role, mount)));
            case FIXED -> bound.limit().orElseThrow();
        };
        if (asked.isAfter(latest)) {
            throw Fault.badRequest("field 'not_after': later than this role allows, which is " + latest);
        }
        return asked;
    }

    private static Validity byTtl(Role role, RequestedValidity asked, Ttls mount, Instant notBefore, Instant now) {
        Duration max = longest(role, mount);
        Duration wanted =
                asked.ttl().orElse(role.duration("ttl").isPositive() ? role.duration("ttl") : mount.fallback());
        Duration life = wanted.compareTo(max) > 0 ? max : wanted;
        boolean shortened = asked.ttl().isPresent() && life.compareTo(wanted) < 0;
        return new Validity(notBefore, now.plus(life), shortened ? List.of(cut(wanted, life)) : List.of());
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
        Instant end = end(issuer);
        if (!notAfter.isAfter(end) || issuer.leafLife() == LeafLife.PERMIT) {
            return this;
        }
        if (issuer.leafLife() == LeafLife.TRUNCATE) {
            return new Validity(notBefore, end, warnings);
        }
        throw Fault.badRequest("cannot satisfy request, as TTL would result in notAfter of " + notAfter
                + " that is beyond the expiration of the CA certificate at " + end);
    }

    /**
     * The same, ending with {@code issuer} at the latest, unless that allows more; a warning tells that it was cut.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it would have to be, and the issuer always refuses that
     */
    public Validity cutTo(Issuer issuer) {
        if (issuer.leafLife() == LeafLife.ALWAYS_ENFORCE_ERR) {
            return within(issuer);
        }
        Instant end = end(issuer);
        if (!notAfter.isAfter(end) || issuer.leafLife() == LeafLife.PERMIT) {
            return this;
        }
        List<String> told = new ArrayList<>(warnings);
        told.add("the certificate would outlive its issuer: it ends at " + end + " in place of " + notAfter);
        return new Validity(notBefore, end, told);
    }

    private static Instant end(Issuer issuer) {
        return issuer.certificate().getEndDate().getDate().toInstant();
    }

    private Validity sensible(Instant now) {
        if (now.minus(LONGEST_BACKDATING).isAfter(notBefore)) {
            throw Fault.badRequest("the certificate would begin more than " + LONGEST_BACKDATING.toDays()
                    + " days ago; see not_before and not_before_duration");
        }
        if (!notAfter.isAfter(now)) {
            throw Fault.badRequest("the certificate would end at " + notAfter + ", which has passed");
        }
        if (!notAfter.isAfter(notBefore)) {
            throw Fault.badRequest("the certificate would end at " + notAfter + ", before it begins at " + notBefore);
        }
        return this;
    }

    private static String cut(Duration wanted, Duration max) {
        return "TTL \"" + wanted.toSeconds() + "s\" is longer than permitted maxTTL \"" + max.toSeconds()
                + "s\", so maxTTL is being used";
    }
}
