package io.casemate.audit.socket;

import io.casemate.audit.UnixDatagram;
import io.casemate.kernel.Fault;
import java.io.IOException;

/** A Unix datagram socket, a line a datagram. */
record UnixDatagramWire(UnixDatagram socket) implements Wire {
    /** What Linux allows when nobody told it otherwise ({@code net.core.wmem_default}), in bytes. */
    private static final long USUAL_LIMIT = 212_992;

    @Override
    public void send(byte[] line, long until) throws IOException {
        if (!socket.send(line, until)) {
            throw new Fault.TooLarge(USUAL_LIMIT).asException();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
