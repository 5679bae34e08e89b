package io.casemate.engine.pki;

import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * {@code If-Modified-Since} and {@code Last-Modified} (RFC 9110 13.1.3, 8.8.2). Both pass only where the mount's tuning lets
 * the headers through; else every answer is a whole one.
 */
final class Unchanged {
    private Unchanged() {}

    /** 304 when the client has what was last changed at {@code modified}, else {@code whole}. */
    static Response since(Instant modified, Request request, Supplier<Response> whole) {
        Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
        if (second.equals(Instant.EPOCH)) {
            return whole.get();
        }
        String asked = request.peer().headers().getOrDefault("if-modified-since", "");
        Response answer = known(asked, second) ? Response.none().status(304) : whole.get();
        return answer.header(
                "Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(second.atZone(ZoneOffset.UTC)));
    }

    /** A date that cannot be read is no condition (RFC 9110 13.1.3). */
    private static boolean known(String asked, Instant modified) {
        if (asked.isEmpty()) {
            return false;
        }
        try {
            Instant known = ZonedDateTime.parse(asked, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return !modified.isAfter(known);
        } catch (DateTimeException _) {
            return false;
        }
    }
}
