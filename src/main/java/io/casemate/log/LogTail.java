package io.casemate.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The lines of the process's log as they are written, for one reader: those of its level and graver that the log itself would
 * have. Never holds up whoever logs: what a slow reader leaves no room for is dropped and counted.
 */
public final class LogTail implements AutoCloseable {
    /** Lines that wait for the reader. */
    static final int MOST_WAITING = 512;

    private static final Logger ROOT = Logger.getLogger("");

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final LogLine format;
    private final Handler handler;

    /**
     * Listens from now on.
     *
     * @param word the least grave level, one that {@link LogLevels#known} knows
     */
    public LogTail(String word, LogSettings.Format format) {
        this.format = new LogLine(format);
        this.handler = new Listening(LogLevels.level(word));
        ROOT.addHandler(handler);
    }

    /**
     * Waits for the next line, which ends in a line feed.
     *
     * @return empty when there was none for {@code longest}
     */
    public Optional<byte[]> next(Duration longest) throws InterruptedException {
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            return Optional.of(
                    line(Level.WARNING, lost + " lines are missing here: they came faster than they were read"));
        }
        return Optional.ofNullable(waiting.poll(longest.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** A line for this reader alone, in the form of the others. */
    public byte[] line(Level level, String message) {
        LogRecord event = new LogRecord(level, message);
        event.setLoggerName("casemate.log");
        return text(event);
    }

    /** Listens no more. What waits can still be read. */
    @Override
    public void close() {
        ROOT.removeHandler(handler);
    }

    private byte[] text(LogRecord event) {
        return format.format(event).getBytes(StandardCharsets.UTF_8);
    }

    private final class Listening extends Handler {
        Listening(Level least) {
            setLevel(least);
        }

        @Override
        public void publish(LogRecord event) {
            if (isLoggable(event) && !waiting.offer(text(event))) {
                dropped.incrementAndGet();
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
