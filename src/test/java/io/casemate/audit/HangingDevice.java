package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Takes a line when it is told to, and hangs until then. For tests. */
final class HangingDevice implements AuditDevice {
    final List<String> lines = new CopyOnWriteArrayList<>();
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean closed;
    private volatile boolean picky;

    void takes(int more) {
        permits.release(more);
    }

    /** Says of every line from now on that it is too long. */
    void refuseLength(boolean refuses) {
        picky = refuses;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void write(AuditLine line) {
        permits.acquireUninterruptibly();
        if (picky) {
            throw new Fault.TooLarge(10).asException();
        }
        lines.add(new String(line.bytes(), StandardCharsets.UTF_8).strip());
    }

    @Override
    public void reopen() {}

    @Override
    public void close() {
        closed = true;
    }
}
