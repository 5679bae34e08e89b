package io.casemate.http;

import io.casemate.sys.CorsConfig;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The server's side of the Fetch standard's CORS protocol (section 3.2): pages of other origins get answers only when they
 * are allowed to. Requests that no page sent pass.
 */
final class Cors {
    private static final HeaderName ORIGIN = HeaderNames.ORIGIN;
    private static final HeaderName ASKED_METHOD = HeaderNames.create("Access-Control-Request-Method");
    private static final String METHODS = "DELETE, GET, OPTIONS, POST, PUT, LIST, SCAN, PATCH, HEAD";
    private static final String MAX_AGE_SECONDS = "300";

    private final Supplier<CorsConfig> config;

    Cors(Supplier<CorsConfig> config) {
        this.config = config;
    }

    /** The answer to a request that must not go further: a page's question whether it may ask, or a page that may not. */
    Optional<Answer> early(ServerRequest http) {
        CorsConfig now = config.get();
        Optional<String> origin = origin(http, now);
        if (origin.isEmpty()) {
            return Optional.empty();
        }
        if (!now.allows(origin.get())) {
            return Optional.of(ErrorEnvelope.error(403, "origin not allowed"));
        }
        boolean preflight = http.prologue().method().text().equals("OPTIONS")
                && http.headers().contains(ASKED_METHOD);
        return preflight ? Optional.of(preflight(origin.get(), now)) : Optional.empty();
    }

    /** {@code answer} with what a browser needs before it hands it to a page. */
    Answer allowed(ServerRequest http, Answer answer) {
        CorsConfig now = config.get();
        Optional<String> origin = origin(http, now).filter(now::allows);
        if (origin.isEmpty()) {
            return answer;
        }
        return answer.with(headers(origin.get()));
    }

    /** Nothing while it is off: such requests are like any other, and browsers keep the answers from the page. */
    private static Optional<String> origin(ServerRequest http, CorsConfig now) {
        return now.enabled() ? http.headers().first(ORIGIN).filter(text -> !text.isEmpty()) : Optional.empty();
    }

    private static Answer preflight(String origin, CorsConfig now) {
        List<String> names = new ArrayList<>(CorsConfig.USUAL_HEADERS);
        names.addAll(now.headers());
        Map<String, String> headers = headers(origin);
        headers.put("Access-Control-Allow-Methods", METHODS);
        headers.put("Access-Control-Allow-Headers", String.join(", ", names));
        headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
        return Answer.of(204, "", new byte[0]).with(headers);
    }

    private static Map<String, String> headers(String origin) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Origin", origin);
        headers.put("Vary", "Origin");
        return headers;
    }
}
