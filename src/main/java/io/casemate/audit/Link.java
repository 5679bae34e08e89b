package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Hands lines to a connection that it makes again when it broke, at once and within the same deadline. A line that was cut by a
 * broken connection is sent again, whole, over the next.
 */
public final class Link implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    private final Maker maker;
    private final Duration patience;
    private final Function<String, String> trouble;
    private final ReentrantLock writing = new ReentrantLock();

    /** Null while not connected. */
    private Wire wire;

    private boolean closed;

    /** Makes connections. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Connects.
         *
         * @param until when to give up, a {@link System#nanoTime}
         */
        Wire connect(long until) throws IOException;
    }

    /**
     * Not connected yet.
     *
     * @param patience how long one line may take, a new connection included
     * @param trouble what to tell people, made of what went wrong
     */
    public Link(Maker maker, Duration patience, Function<String, String> trouble) {
        this.maker = maker;
        this.patience = patience;
        this.trouble = trouble;
    }

    /**
     * Hands over a line.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it could not in time, {@code TooLarge} when it never can
     */
    public void write(byte[] line) {
        long until = System.nanoTime() + patience.toNanos();
        writing.lock();
        try {
            boolean fresh = wire == null;
            try {
                send(line, until);
            } catch (IOException e) {
                letGo();
                // The deadline is spent, to the clock's last digit or not: a new connection would get a piece of the
                // line.
                if (fresh || e instanceof SocketTimeoutException || System.nanoTime() - until > 0) {
                    throw e;
                }
                send(line, until);
            }
        } catch (IOException e) {
            letGo();
            throw fault(e);
        } finally {
            writing.unlock();
        }
    }

    /** Makes a new connection now, in place of the one there is. */
    public void reopen() {
        writing.lock();
        try {
            letGo();
            connect(System.nanoTime() + patience.toNanos());
        } catch (IOException e) {
            throw fault(e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
            letGo();
        } finally {
            writing.unlock();
        }
    }

    private void send(byte[] line, long until) throws IOException {
        if (wire == null) {
            connect(until);
        }
        wire.send(line, until);
    }

    private void connect(long until) throws IOException {
        if (closed) {
            throw new IllegalStateException("the audit device is disabled");
        }
        wire = maker.connect(until);
    }

    private void letGo() {
        if (wire != null) {
            try {
                wire.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a connection", e);
            }
            wire = null;
        }
    }

    private RuntimeException fault(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new Fault.StorageFailed(Fault.StorageProblem.IO, trouble.apply(why)).causedBy(e);
    }
}
