package io.casemate.engine.pki.role;

import io.casemate.kernel.Fault;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a request may choose a certificate's begin or end ({@code not_before_bound}, {@code not_after_bound}).
 *
 * @param limit the earliest begin or latest end, for {@link Kind#FIXED}
 */
public record Bound(Kind kind, Optional<Instant> limit) {
    /** What the role says. */
    public enum Kind {
        /** Any time. */
        PERMIT,
        /** Not at all. */
        FORBID,
        /** As far as the role's durations reach: {@code not_before_duration} back, {@code max_ttl} ahead. */
        DURATION,
        /** As far as a fixed time. */
        FIXED
    }

    /** Reads {@code permit}, {@code forbid}, {@code duration} or {@code ttl-limited}, or an RFC 3339 time. */
    public static Bound parse(String field, String text) {
        return switch (text) {
            case "permit" -> new Bound(Kind.PERMIT, Optional.empty());
            case "forbid" -> new Bound(Kind.FORBID, Optional.empty());
            case "duration", "ttl-limited", "" -> new Bound(Kind.DURATION, Optional.empty());
            default -> new Bound(Kind.FIXED, fixed(field, text));
        };
    }

    private static Optional<Instant> fixed(String field, String text) {
        try {
            return Timestamps.optional(field, text);
        } catch (io.casemate.kernel.FaultException e) {
            throw new Fault.BadRequest(java.util.List.of("field '" + field + "': permit, forbid, "
                            + (field.contains("after") ? "ttl-limited" : "duration")
                            + ", or a time such as 2030-12-31T23:59:59Z"))
                    .causedBy(e);
        }
    }
}
