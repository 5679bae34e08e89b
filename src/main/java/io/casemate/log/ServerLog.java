package io.casemate.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The one place where the process's log goes: every {@link System.Logger} writes structured lines to one stream. Rooms log
 * as {@code casemate.ROOM}; of libraries only what is grave is shown. Closing it puts back what was before.
 */
public final class ServerLog implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("casemate");
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    /** Tells of a port that cannot be opened at length, with two stacks; whoever started the listener says it in a line. */
    private static final Logger HELIDON_START = Logger.getLogger("io.helidon.webserver.LoomServer");

    private final List<Handler> before = List.of(ROOT.getHandlers());
    private final Lines lines;

    private ServerLog(LogSettings settings, OutputStream out) {
        lines = new Lines(settings, out);
        before.forEach(ROOT::removeHandler);
        ROOT.addHandler(lines);
        ROOT.setLevel(Level.WARNING);
        OURS.setLevel(level(settings.level()));
        HELIDON.setLevel(Level.SEVERE);
        HELIDON_START.setLevel(Level.OFF);
    }

    /** From now on, the whole process logs to {@code out}, a line at a time, flushed. */
    public static ServerLog start(LogSettings settings, OutputStream out) {
        return new ServerLog(settings, out);
    }

    @Override
    public void close() {
        ROOT.removeHandler(lines);
        before.forEach(ROOT::addHandler);
        ROOT.setLevel(Level.INFO);
        OURS.setLevel(null);
        HELIDON.setLevel(null);
        HELIDON_START.setLevel(null);
    }

    static Level level(System.Logger.Level level) {
        return switch (level) {
            case ALL -> Level.ALL;
            case TRACE -> Level.FINER;
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARNING;
            case ERROR -> Level.SEVERE;
            case OFF -> Level.OFF;
        };
    }

    private static final class Lines extends Handler {
        private final LogLine format;
        private final OutputStream out;
        private final ReentrantLock writing = new ReentrantLock();

        Lines(LogSettings settings, OutputStream out) {
            this.format = new LogLine(settings.format());
            this.out = out;
        }

        @Override
        public void publish(LogRecord event) {
            if (!isLoggable(event)) {
                return;
            }
            byte[] line = format.format(event).getBytes(StandardCharsets.UTF_8);
            writing.lock();
            try {
                out.write(line);
                out.flush();
            } catch (IOException e) {
                reportError("the log cannot be written", e, java.util.logging.ErrorManager.WRITE_FAILURE);
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void flush() {
            // Every line is flushed as it is written.
        }

        @Override
        public void close() {
            // The stream belongs to whoever opened it.
        }
    }
}
