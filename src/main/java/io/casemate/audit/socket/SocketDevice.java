package io.casemate.audit.socket;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends lines over a connection that it makes again when it broke, at once and within the same deadline. A line that was cut
 * by a broken connection is sent again, whole, over the next.
 */
final class SocketDevice implements AuditDevice {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    private final String type;
    private final String address;
    private final Sink sink;
    private final Duration patience;
    private final ReentrantLock writing = new ReentrantLock();

    /** Null while not connected. */
    private Wire wire;

    private boolean closed;

    SocketDevice(String type, String address, Sink sink, Duration patience) {
        this.type = type;
        this.address = address;
        this.sink = sink;
        this.patience = patience;
    }

    @Override
    public void write(AuditLine line) {
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

    @Override
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

    private void send(AuditLine line, long until) throws IOException {
        if (wire == null) {
            connect(until);
        }
        wire.send(line.bytes(), until);
    }

    private void connect(long until) throws IOException {
        if (closed) {
            throw new IllegalStateException("the audit device is disabled");
        }
        wire = sink.connect(until);
    }

    private void letGo() {
        if (wire != null) {
            try {
                wire.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing the connection to " + address, e);
            }
            wire = null;
        }
    }

    private RuntimeException fault(IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new Fault.StorageFailed(Fault.StorageProblem.IO, "audit socket " + type + " " + address + ": " + why)
                .causedBy(e);
    }
}
