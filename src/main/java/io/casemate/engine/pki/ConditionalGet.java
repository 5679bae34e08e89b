package io.casemate.engine.pki;

import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code If-Modified-Since} and {@code Last-Modified} (RFC 9110 13.1.3, 8.8.2). They pass where the endpoint names them or the
 * mount's tuning lets them through; else every answer is a whole one.
 */
final class ConditionalGet {
    /** What the client says. */
    static final String SINCE = "if-modified-since";

    /** What it is told. */
    static final String MODIFIED = "Last-Modified";

    private ConditionalGet() {}

    /** 304 when the client has what was last changed at {@code modified}, else {@code whole}. */
    static Response since(Instant modified, Request request, Supplier<Response> whole) {
        Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
        if (second.equals(Instant.EPOCH)) {
            return whole.get();
        }
        Response answer = known(request, second) ? Response.none().status(304) : whole.get();
        return answer.header(MODIFIED, HttpDate.of(second));
    }

    /** A date that cannot be read is no condition (RFC 9110 13.1.3). */
    private static boolean known(Request request, Instant modified) {
        return Optional.ofNullable(request.peer().headers().get(SINCE))
                .flatMap(HttpDate::parse)
                .filter(known -> !modified.isAfter(known))
                .isPresent();
    }
}
