package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.util.List;

/** Stands for a device that cannot be made: takes no entry, so that its absence is never silent. */
record RefusingDevice(String reason) implements AuditDevice {
    @Override
    public void write(AuditLine line) {
        reopen();
    }

    @Override
    public void reopen() {
        throw new Fault.Misconfigured(List.of(reason)).asException();
    }

    @Override
    public void close() {}
}
