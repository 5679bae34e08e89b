package io.casemate.cli.http;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * How long a server is waited for in all: then its connection is closed, and whatever waits for it fails. (A socket's own timeout
 * bounds one read, and no write; a Unix socket has none.)
 */
final class Watch implements AutoCloseable {
    private final Duration patience;
    private long end;
    private Closeable line = () -> {};
    private boolean over;
    private boolean expired;

    private Watch(Duration patience) {
        this.patience = patience;
        this.end = System.nanoTime() + patience.toNanos();
    }

    static Watch of(Duration patience) {
        Watch watch = new Watch(patience);
        Thread.ofPlatform().daemon().name("casemate-watch").start(watch::keep);
        return watch;
    }

    private synchronized void keep() {
        try {
            for (long left = left().toNanos(); !over && left > 0; left = left().toNanos()) {
                wait(left / 1_000_000 + 1);
            }
            if (!over) {
                expired = true;
                line.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // closed or not: nobody waits for this thread, and whoever reads or writes learns it
        }
    }

    /** From now on this is what is waited for, closed when patience ends; at once when it has. */
    synchronized void on(Closeable waited) throws IOException {
        line = waited;
        if (expired) {
            waited.close();
            throw new SocketTimeoutException("the time is over");
        }
    }

    /** Begins the patience anew, because something has come or gone. */
    synchronized void again() {
        end = System.nanoTime() + patience.toNanos();
    }

    synchronized Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Whether it was this that ended the exchange. */
    synchronized boolean expired() {
        return expired;
    }

    /** {@code in}, each piece of which begins the patience anew. */
    InputStream each(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                again();
                return super.read(bytes, from, length);
            }
        };
    }

    /** {@code sink}, each piece for which begins the patience anew. */
    OutputStream each(OutputStream sink) {
        return new FilterOutputStream(sink) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                again();
                out.write(bytes, from, length);
            }
        };
    }

    @Override
    public synchronized void close() {
        over = true;
        notifyAll();
    }
}
