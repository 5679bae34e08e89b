package io.casemate.engine.pki.role;

import io.casemate.kernel.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Points in time as the API's fields give them. */
public final class Timestamps {
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Timestamps() {}

    /** RFC 3339, cut to the second; empty text is none. */
    public static Optional<Instant> optional(String field, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
            if (instant.isAfter(Instant.EPOCH) && !instant.isAfter(LAST)) {
                return Optional.of(instant);
            }
        } catch (DateTimeException e) {
            throw new Fault.BadRequest(List.of(refusal(field))).causedBy(e);
        }
        throw Fault.badRequest(refusal(field));
    }

    private static String refusal(String field) {
        return "field '" + field + "': expected a time such as 2030-12-31T23:59:59Z";
    }
}
