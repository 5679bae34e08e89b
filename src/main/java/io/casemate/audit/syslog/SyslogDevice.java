package io.casemate.audit.syslog;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.audit.UnixDatagram;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends each line as one datagram to the machine's syslog daemon. A daemon that was restarted has a new socket at the old
 * path: the first line that finds the old one dead goes to the new one.
 */
final class SyslogDevice implements AuditDevice {
    /** What Linux allows in a datagram when nobody told it otherwise ({@code net.core.wmem_default}), in bytes. */
    private static final long USUAL_LIMIT = 212_992;

    private final Path path;
    private final SyslogHeader header;
    private final Duration patience;
    private final ReentrantLock writing = new ReentrantLock();

    /** Null while not connected. */
    private UnixDatagram socket;

    private boolean closed;

    SyslogDevice(Path path, SyslogHeader header, Duration patience) {
        this.path = path;
        this.header = header;
        this.patience = patience;
    }

    @Override
    public void write(AuditLine line) {
        byte[] message = message(line.bytes());
        long until = System.nanoTime() + patience.toNanos();
        writing.lock();
        try {
            boolean fresh = socket == null;
            try {
                send(message, until);
            } catch (IOException e) {
                letGo();
                if (fresh || System.nanoTime() - until > 0) {
                    throw e;
                }
                send(message, until);
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
            connect();
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

    private void send(byte[] message, long until) throws IOException {
        if (socket == null) {
            connect();
        }
        if (!socket.send(message, until)) {
            throw new Fault.TooLarge(USUAL_LIMIT).asException();
        }
    }

    private void connect() throws IOException {
        if (closed) {
            throw new IllegalStateException("the audit device is disabled");
        }
        socket = UnixDatagram.connect(path);
    }

    private void letGo() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** The datagram ends the line, so that its line feed goes. */
    private byte[] message(byte[] line) {
        byte[] head = header.now();
        byte[] message = Arrays.copyOf(head, head.length + line.length - 1);
        System.arraycopy(line, 0, message, head.length, line.length - 1);
        return message;
    }

    private RuntimeException fault(IOException e) {
        return new Fault.StorageFailed(
                        Fault.StorageProblem.IO,
                        "syslog socket " + path + ": " + e.getMessage() + ": does the syslog daemon run?")
                .causedBy(e);
    }
}
