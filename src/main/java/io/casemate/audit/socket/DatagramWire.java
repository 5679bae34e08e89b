package io.casemate.audit.socket;

import io.casemate.audit.Wire;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** UDP, a line a datagram: nobody learns whether it arrived. */
record DatagramWire(DatagramChannel channel) implements Wire {
    /** Most that fits into one (RFC 768 in RFC 791), in bytes. */
    private static final int LIMIT = 65_507;

    @Override
    public void send(byte[] line, long until) throws IOException {
        if (line.length > LIMIT) {
            throw new Fault.TooLarge(LIMIT).asException();
        }
        channel.write(ByteBuffer.wrap(line));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
