package io.casemate.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;

/** Sends an answer, and ends the connection where HTTP says it must end. */
final class AnswerWriter {
    static final Header NO_STORE = HeaderValues.createCached("Cache-Control", "no-store");
    static final Header HSTS =
            HeaderValues.createCached("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    static final Header NO_SNIFFING = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final int MOST_DRAINED = 1 << 20;

    private final ServerRequest http;
    private final ServerResponse response;
    private final Exchange exchange;

    AnswerWriter(ServerRequest http, ServerResponse response, Exchange exchange) {
        this.http = http;
        this.response = response;
        this.exchange = exchange;
    }

    /** @param unread part of the request's body is still on its way: answer, then part */
    void write(Answer answer, boolean unread) {
        boolean http1 = !http.prologue().protocolVersion().startsWith("2");
        boolean last = http1 && (unread || http.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
        exchange.writing(answer.body().length);
        head(answer, last);
        if (http.prologue().method().text().equals("HEAD")) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
            response.send();
        } else if (answer.body().length == 0) {
            response.send();
        } else {
            response.send(answer.body());
        }
        exchange.working();
        if (unread) {
            part(http1);
        }
        if (last) {
            // Helidon leaves the connection open although the client asked for its end (its issue 12324).
            throw new CloseConnectionException("asked for or needed");
        }
    }

    private void head(Answer answer, boolean last) {
        response.status(Status.create(answer.status()));
        response.header(NO_STORE).header(HSTS).header(NO_SNIFFING);
        if (!answer.mediaType().isEmpty()) {
            response.header(HeaderNames.CONTENT_TYPE, answer.mediaType());
        }
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        http.headers()
                .first(RequestReader.NAMESPACE)
                .filter(n -> n.length() <= 5)
                .ifPresent(name -> response.header(RequestReader.NAMESPACE, name));
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /**
     * The connection has to go, and with bytes unread its end would be a TCP reset that takes the answer with it: some
     * are read and dropped first. HTTP/2 frames are read by another thread anyway.
     */
    private void part(boolean http1) {
        exchange.connection().closeSoon();
        if (http1) {
            drain();
        } else {
            // Helidon would wait for the rest of the body here.
            Thread.currentThread().interrupt();
        }
    }

    private void drain() {
        try (InputStream in = http.content().inputStream()) {
            byte[] dropped = new byte[8192];
            int sum = 0;
            for (int n = in.read(dropped); n > 0 && sum < MOST_DRAINED; n = in.read(dropped)) {
                sum += n;
            }
        } catch (IOException | RequestException | IllegalStateException e) {
            throw new CloseConnectionException("the rest of the body is not wanted", e);
        }
    }
}
