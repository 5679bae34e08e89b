package io.casemate.audit.file;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.kernel.Fault;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Writes to a stream that the process was born with and never closes. */
final class StreamDevice implements AuditDevice {
    private final FileOutputStream stream;
    private final ReentrantLock writing = new ReentrantLock();

    StreamDevice(FileDescriptor descriptor) {
        stream = new FileOutputStream(descriptor);
    }

    @Override
    public void write(AuditLine line) {
        writing.lock();
        try {
            stream.write(line.bytes());
        } catch (IOException e) {
            throw new Fault.StorageFailed(Fault.StorageProblem.IO, "audit to standard output: " + e.getMessage())
                    .causedBy(e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void reopen() {}

    @Override
    public void close() {}
}
