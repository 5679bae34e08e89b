package io.casemate.http;

import io.casemate.log.StackText;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.lang.System.Logger.Level;

/** What Helidon itself refuses, before any request exists, is answered in our envelope and with our words. */
final class DirectErrors implements DirectHandler {
    private static final System.Logger LOG = System.getLogger("casemate.http");

    private final Connections connections;

    private DirectErrors(Connections connections) {
        this.connections = connections;
    }

    static DirectHandlers handlers(Connections connections) {
        DirectHandlers.Builder builder = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            builder.addHandler(type, new DirectErrors(connections));
        }
        return builder.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType type, Status status, ServerResponseHeaders headers, Throwable thrown) {
        if (status.code() >= 500) {
            LOG.log(Level.ERROR, "internal error outside a request: {0}", StackText.of(thrown));
        }
        return handle(request, type, status, headers, "");
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType type, Status status, ServerResponseHeaders headers, String message) {
        connections.ofThisThread().ifPresent(Connection::refused);
        Status settled = settled(request, type, status);
        Answer answer = ErrorEnvelope.error(settled.code(), text(settled.code()));
        headers.set(HeaderNames.CONTENT_TYPE, answer.mediaType());
        headers.set(AnswerWriter.NO_STORE);
        headers.set(AnswerWriter.HSTS);
        headers.set(AnswerWriter.NO_SNIFFING);
        return TransportResponse.builder()
                .status(settled)
                .headers(headers)
                .entity(answer.body())
                .keepAlive(false)
                .build();
    }

    /** An exception before there is a request is one of Helidon's parser: it fails so on a method with a bad character. */
    private static Status settled(TransportRequest request, EventType type, Status status) {
        boolean parsing = type == EventType.INTERNAL_ERROR && request.path().isEmpty();
        return parsing ? Status.BAD_REQUEST_400 : status;
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
