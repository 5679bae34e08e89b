package io.casemate.auth.jwt;

import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When a token holds, for a role, in seconds as set: 0 for the default, -1 for none.
 *
 * @param expiration life of a token that does not say when it expires, after it began; 150 by default
 * @param notBefore how long before its end a token begins that does not say when; 150 by default
 * @param skew by how much the issuer's clock may differ; 60 by default
 * @param maxAge since the user proved who it is ({@code auth_time}); zero for any time
 */
record TokenTimes(long expiration, long notBefore, long skew, Duration maxAge) {
    static final TokenTimes DEFAULT = new TokenTimes(0, 0, 0, Duration.ZERO);

    private static final long LEEWAY = 150;
    private static final long SKEW = 60;

    TokenTimes merge(Fields sent) {
        return new TokenTimes(
                seconds("expiration_leeway", sent, expiration),
                seconds("not_before_leeway", sent, notBefore),
                seconds("clock_skew_leeway", sent, skew),
                sent.has("max_age") ? sent.duration("max_age") : maxAge);
    }

    /**
     * Compares with the clock.
     *
     * @throws FaultException {@code BadRequest} saying which time is wrong
     */
    void check(Claims claims, Instant now) {
        Optional<Instant> issued = claims.time("iat");
        Optional<Instant> begins = claims.time("nbf");
        Optional<Instant> expires = claims.time("exp");
        Instant earliest = Instant.EPOCH;
        Instant started = issued.orElse(earliest).isAfter(begins.orElse(earliest))
                ? issued.orElse(earliest)
                : begins.orElse(earliest);
        if (issued.isEmpty() && begins.isEmpty() && expires.isEmpty()) {
            throw refused("no issued at (iat), not before (nbf), or expiration time (exp) claims in token");
        }
        Instant end = expires.orElseGet(() -> started.plusSeconds(orDefault(expiration, LEEWAY)));
        Instant begin = begins.or(() -> issued).orElseGet(() -> end.minusSeconds(orDefault(notBefore, LEEWAY)));
        Duration allowed = Duration.ofSeconds(orDefault(skew, SKEW));
        if (!now.minus(allowed).isBefore(end)) {
            throw refused("the token is expired since " + end + " (it is " + now + ")");
        }
        if (now.plus(allowed).isBefore(begin)) {
            throw refused("the token is not valid before " + begin + " (it is " + now + ")");
        }
        if (issued.filter(now.plus(allowed)::isBefore).isPresent()) {
            throw refused("the token was issued in the future, at " + issued.get() + " (it is " + now + ")");
        }
        checkAge(claims, now.minus(allowed));
    }

    private void checkAge(Claims claims, Instant now) {
        if (maxAge.isZero()) {
            return;
        }
        Instant proven = claims.time("auth_time")
                .orElseThrow(() -> refused("no auth_time claim in token, which the role's max_age needs"));
        if (now.isAfter(proven.plus(maxAge))) {
            throw refused("the user last authenticated at " + proven + ", longer ago than the role's max_age");
        }
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("expiration_leeway", expiration);
        members.put("not_before_leeway", notBefore);
        members.put("clock_skew_leeway", skew);
        members.put("max_age", maxAge.toSeconds());
        return members;
    }

    static TokenTimes stored(Members members) {
        return new TokenTimes(
                members.number("expiration_leeway"),
                members.number("not_before_leeway"),
                members.number("clock_skew_leeway"),
                members.seconds("max_age"));
    }

    private static long orDefault(long set, long otherwise) {
        return set == 0 ? otherwise : Math.max(0, set);
    }

    private static long seconds(String field, Fields sent, long base) {
        Object value = sent.has(field) ? sent.any(field) : null;
        if (value == null) {
            return base;
        }
        boolean none = (value instanceof Long number && number < 0)
                || (value instanceof String text && text.strip().startsWith("-"));
        return none ? -1 : Durations.parse(field, value).toSeconds();
    }

    private static FaultException refused(String why) {
        return Fault.badRequest("error validating token: " + why);
    }
}
