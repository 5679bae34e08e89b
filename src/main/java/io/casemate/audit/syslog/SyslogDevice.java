package io.casemate.audit.syslog;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditLine;
import io.casemate.audit.Link;
import io.casemate.audit.UnixWire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Sends each line as one datagram to the machine's syslog daemon. A daemon that was restarted has a new socket at the old
 * path: the first line that finds the old one dead goes to the new one.
 */
final class SyslogDevice implements AuditDevice {
    private final SyslogHeader header;
    private final Link link;

    SyslogDevice(Path path, SyslogHeader header, Duration patience) {
        this.header = header;
        this.link = new Link(
                _ -> UnixWire.connect(path),
                patience,
                why -> "syslog socket " + path + ": " + why + ": does the syslog daemon run?");
    }

    @Override
    public void write(AuditLine line) {
        link.write(message(line.bytes()));
    }

    @Override
    public void reopen() {
        link.reopen();
    }

    @Override
    public void close() {
        link.close();
    }

    /** The datagram ends the line, so that its line feed goes. */
    private byte[] message(byte[] line) {
        byte[] head = header.now();
        byte[] message = Arrays.copyOf(head, head.length + line.length - 1);
        System.arraycopy(line, 0, message, head.length, line.length - 1);
        return message;
    }
}
