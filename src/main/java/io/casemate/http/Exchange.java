package io.casemate.http;

import io.casemate.http.HttpSettings.Timeouts;

/**
 * One request on a connection, from the end of its headers to the end of its answer. It has a deadline while it waits
 * for the client (body, answer) and none while the service works.
 */
final class Exchange implements AutoCloseable {
    private final Connection connection;
    private final Timeouts timeouts;
    private final Thread thread = Thread.currentThread();
    private volatile long deadline = Ticks.NEVER;
    private volatile long writtenBy = Ticks.NEVER;
    private volatile long heldUpSince = Ticks.NEVER;
    private volatile boolean reading;
    private volatile boolean aborted;
    private long readingSince;

    Exchange(Connection connection, Timeouts timeouts) {
        this.connection = connection;
        this.timeouts = timeouts;
    }

    Connection connection() {
        return connection;
    }

    /** The body is awaited; {@code received} bytes of it are here. */
    void reading(long received) {
        long now = Ticks.now();
        if (!reading) {
            readingSince = now;
            heldUpSince = now;
        }
        deadline = readingSince
                + Math.min(Timeouts.LONGEST_BODY.toNanos(), timeouts.body().toNanos() + transfer(received));
        reading = true;
    }

    /** The same for a body of any length: it may take as long as its bytes need, but never stand still for long. */
    void uploading(long received) {
        long now = Ticks.now();
        if (!reading) {
            readingSince = now;
        }
        heldUpSince = Ticks.NEVER;
        long atLeast = readingSince + timeouts.body().toNanos() + transfer(received);
        deadline = Math.min(atLeast, now + Timeouts.LONGEST_BODY.toNanos());
        reading = true;
    }

    /** The body is complete; the client is owed an answer and owes nothing. */
    void working() {
        reading = false;
        heldUpSince = Ticks.NEVER;
        deadline = Ticks.NEVER;
    }

    /** An answer of {@code length} bytes is on its way. */
    void writing(long length) {
        long now = Ticks.now();
        heldUpSince = now;
        writtenBy = now + timeouts.write().toNanos() + transfer(length);
        deadline = now + timeouts.write().toNanos();
    }

    /** The connection took something: time for the next piece, within what the whole answer may take. */
    void sent() {
        if (writtenBy != Ticks.NEVER) {
            heldUpSince = Ticks.now();
            deadline = Math.min(writtenBy, Ticks.in(timeouts.write()));
        }
    }

    /** The answer is with the kernel. */
    void written() {
        writtenBy = Ticks.NEVER;
        heldUpSince = Ticks.NEVER;
        deadline = Ticks.NEVER;
    }

    /** The connection ended under a body that was being read: what arrived must not be taken for the whole. */
    boolean aborted() {
        return aborted || !connection.open();
    }

    /**
     * Since when nothing has been awaited but the client's body, or that it takes some of the answer; {@link Ticks#NEVER} while
     * the service works, and for the uploads of those whom it let in.
     */
    long heldUpSince() {
        return heldUpSince;
    }

    boolean overdue(long now) {
        return now >= deadline;
    }

    /** Wakes a thread that would wait for ever for the rest of a body on a dead connection. */
    void abortReading() {
        if (reading) {
            aborted = true;
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        connection.end(this);
    }

    private static long transfer(long bytes) {
        return bytes * (1_000_000_000L / Timeouts.MIN_RATE);
    }
}
