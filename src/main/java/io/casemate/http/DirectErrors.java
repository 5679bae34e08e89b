package io.casemate.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** What Helidon itself refuses, before any request exists, is answered in our envelope and with our words. */
final class DirectErrors implements DirectHandler {
    private DirectErrors() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder builder = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            builder.addHandler(type, new DirectErrors());
        }
        return builder.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType type, Status status, ServerResponseHeaders headers, String message) {
        Answer answer = ErrorEnvelope.error(status.code(), text(status.code()));
        headers.set(HeaderNames.CONTENT_TYPE, answer.mediaType());
        headers.set(AnswerWriter.NO_STORE);
        headers.set(AnswerWriter.HSTS);
        headers.set(AnswerWriter.NO_SNIFFING);
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .entity(answer.body())
                .keepAlive(false)
                .build();
    }

    private static String text(int status) {
        return switch (status) {
            case 400 -> "malformed HTTP request";
            case 413 -> "request is too large";
            case 414 -> "request line is too long";
            case 431 -> "request headers are too large";
            case 501 -> "transfer encoding is not supported";
            case 503 -> "the server is busy: too many requests at once";
            case 505 -> "HTTP version is not supported: use HTTP/1.1 or HTTP/2";
            default -> status < 500 ? "request refused" : "internal error";
        };
    }
}
