package io.casemate.audit.socket;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.audit.Link;
import java.time.Duration;

/** Sends each line to a collector behind a socket. */
final class SocketDevice implements AuditDevice {
    private final Link link;

    SocketDevice(String type, String address, Link.Maker sink, Duration patience) {
        this.link = new Link(sink, patience, why -> "audit socket " + type + " " + address + ": " + why);
    }

    @Override
    public void write(AuditLine line) {
        link.write(line.bytes());
    }

    @Override
    public void reopen() {
        link.reopen();
    }

    @Override
    public void close() {
        link.close();
    }
}
