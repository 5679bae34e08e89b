package io.casemate.sys;

import io.casemate.core.Lifecycle;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.log.LogLevels;
import io.casemate.log.LogSettings.Format;
import io.casemate.log.LogTail;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;

/**
 * {@code sys/monitor}: the server's log as it is written, line by line, until the reader leaves or the server is sealed. It has what
 * the log has, and no more: {@code sys/loggers} sets how much that is. A reader that left without a word is noticed when the next
 * line cannot be sent, so the number of monitors is bounded and the oldest makes room for a new one.
 */
public final class MonitorEndpoints implements Lifecycle.Stage {
    /** Monitors at a time. */
    static final int MOST = 8;

    private static final Duration BEAT = Duration.ofMillis(500);

    private final Deque<Monitor> monitors = new ArrayDeque<>();

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("monitor", "Streams the server's log.")
                .field("log_level", Field.string("Least grave level: trace, debug, info, warn or error; default info."))
                .field("log_format", Field.string("standard or json; default standard."))
                .on(Operation.READ, this::listen)
                .build());
    }

    @Override
    public String name() {
        return "monitors";
    }

    @Override
    public void start() {
        // They come by request.
    }

    /** The server is sealed: whoever listens is told so, and listens no more. */
    @Override
    public void stop() {
        all().forEach(monitor -> monitor.end("the server is sealed: this monitor ends"));
    }

    private Response listen(Exchange exchange) {
        String level = word(exchange, "log_level", "info");
        if (!LogLevels.known(level)) {
            throw Fault.badRequest("unknown log level: expected trace, debug, info, warn or error");
        }
        Format format = switch (word(exchange, "log_format", "standard")) {
            case "standard" -> Format.TEXT;
            case "json" -> Format.JSON;
            default -> throw Fault.badRequest("unknown log format: expected standard or json");
        };
        Monitor monitor = new Monitor(new LogTail(level, format), level);
        takeIn(monitor).ifPresent(oldest -> oldest.end("a newer monitor takes this one's place"));
        return Response.download("text/plain; charset=utf-8", monitor);
    }

    private static String word(Exchange exchange, String field, String usual) {
        String sent = exchange.fields().string(field).strip().toLowerCase(Locale.ROOT);
        return sent.isEmpty() ? usual : sent;
    }

    private synchronized Optional<Monitor> takeIn(Monitor monitor) {
        monitors.addLast(monitor);
        return monitors.size() > MOST ? Optional.of(monitors.removeFirst()) : Optional.empty();
    }

    private synchronized void forget(Monitor monitor) {
        monitors.remove(monitor);
    }

    private synchronized List<Monitor> all() {
        return List.copyOf(monitors);
    }

    /** One reader's stream. */
    private final class Monitor implements Download {
        private final LogTail tail;
        private final String level;
        private volatile String end = "";

        Monitor(LogTail tail, String level) {
            this.tail = tail;
            this.level = level;
        }

        void end(String why) {
            end = why;
        }

        @Override
        public long length() {
            return UNKNOWN;
        }

        /** The first line tells at once that the stream has begun, and how to see more. */
        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(tail.line(
                    Level.INFO,
                    "this monitor shows what is logged from " + level
                            + " upwards; sys/loggers sets how much is logged"));
            while (end.isEmpty()) {
                out.flush();
                Optional<byte[]> line = next();
                if (line.isPresent()) {
                    out.write(line.get());
                }
            }
            out.write(tail.line(Level.INFO, end));
        }

        private Optional<byte[]> next() throws InterruptedIOException {
            try {
                return tail.next(BEAT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the connection ends");
            }
        }

        @Override
        public void close() {
            tail.close();
            forget(this);
        }
    }
}
