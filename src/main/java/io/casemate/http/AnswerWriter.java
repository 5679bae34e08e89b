package io.casemate.http;

import io.casemate.kernel.Download;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Sends an answer, and ends the connection where HTTP says it must end. */
final class AnswerWriter {
    static final Header NO_STORE = HeaderValues.createCached("Cache-Control", "no-store");
    static final Header HSTS =
            HeaderValues.createCached("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    static final Header NO_SNIFFING = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    /** Longest rest of an unwanted body that is read for politeness, in bytes. */
    static final int MOST_DROPPED = 2 << 20;

    private final ServerRequest http;
    private final ServerResponse response;
    private final Exchange exchange;

    AnswerWriter(ServerRequest http, ServerResponse response, Exchange exchange) {
        this.http = http;
        this.response = response;
        this.exchange = exchange;
    }

    /**
     * Sends it.
     *
     * <p>A connection closed over unread bytes ends in a TCP reset that takes the answer with it, so a moderate rest of an
     * unread body is read and dropped: after the answer in HTTP/1.1, whose connection then ends; before it in HTTP/2,
     * whose stream ends with the answer and whose connection lives on when the rest was all of it.
     *
     * @param body of the request; part of it may still be on its way
     */
    void write(Answer answer, Body body) {
        boolean unread = body.unread();
        if (isHttp2(http)) {
            boolean whole = !unread || restDropped(body);
            send(answer, false);
            if (!whole) {
                exchange.connection().closeSoon();
                // Helidon would wait for the rest of the body here.
                Thread.currentThread().interrupt();
            }
        } else if (unread || exchange.connection().draining() || asksForTheEnd()) {
            send(answer, true);
            if (unread) {
                restDropped(body);
            }
            // Helidon leaves the connection open although the client asked for its end (its issue 12324).
            throw new CloseConnectionException("asked for or needed");
        } else {
            send(answer, false);
        }
    }

    static boolean isHttp2(ServerRequest http) {
        return http.prologue().protocolVersion().startsWith("2");
    }

    private boolean asksForTheEnd() {
        return http.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    }

    private void send(Answer answer, boolean last) {
        exchange.writing(Math.max(0, answer.length()));
        head(answer, last);
        if (http.prologue().method().text().equals("HEAD")) {
            answer.download().ifPresent(Download::close);
            if (answer.length() >= 0) {
                response.header(HeaderNames.CONTENT_LENGTH, Long.toString(answer.length()));
            }
            response.send();
        } else if (answer.download().isPresent()) {
            stream(answer.download().get());
        } else if (answer.body().length == 0) {
            response.send();
        } else {
            response.send(answer.body());
        }
        exchange.written();
    }

    /** A download that breaks off ends the connection, so that nobody takes a part for the whole. */
    private void stream(Download download) {
        boolean known = download.length() >= 0;
        if (known) {
            response.contentLength(download.length());
        }
        try (download;
                OutputStream out =
                        known ? response.outputStream() : new StreamedAnswer(response.outputStream(), exchange)) {
            download.writeTo(out);
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("a download broke off", e);
        }
    }

    private void head(Answer answer, boolean last) {
        response.status(Status.create(status(answer)));
        response.header(NO_STORE).header(HSTS).header(NO_SNIFFING);
        if (!answer.mediaType().isEmpty()) {
            response.header(HeaderNames.CONTENT_TYPE, answer.mediaType());
        }
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value.split("\n", -1)));
        http.headers()
                .first(RequestReader.NAMESPACE)
                .filter(n -> n.length() <= 5)
                .ifPresent(name -> response.header(RequestReader.NAMESPACE, name));
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /** A nonce that GET answers with 204 is answered to HEAD with 200 (RFC 8555 section 7.2). */
    private int status(Answer answer) {
        boolean nonce = http.prologue().method().text().equals("HEAD")
                && http.path().rawPath().endsWith(RequestReader.NEW_NONCE);
        return nonce && answer.status() == 204 ? 200 : answer.status();
    }

    private boolean restDropped(Body body) {
        try (InputStream in = body.stream()) {
            byte[] dropped = new byte[8192];
            int sum = 0;
            while (sum < MOST_DROPPED) {
                exchange.reading(sum);
                int n = in.read(dropped);
                if (n <= 0) {
                    return !exchange.aborted();
                }
                sum += n;
            }
            return false;
        } catch (IOException | RuntimeException e) {
            // The client gave up on it, or framed it wrongly: there is no rest to wait for.
            return false;
        } finally {
            exchange.working();
        }
    }
}
