package io.casemate.audit;

import io.casemate.os.UnixDatagram;
import java.io.IOException;
import java.nio.file.Path;

/** A Unix datagram socket, a line a datagram. */
public record UnixWire(UnixDatagram socket) implements Wire {
    /**
     * Connects.
     *
     * @throws IOException when nobody listens there, it is a stream socket, or the path is longer than 107 bytes
     */
    public static UnixWire connect(Path path) throws IOException {
        return new UnixWire(UnixDatagram.connect(path.toString()));
    }

    @Override
    public void send(byte[] line, long until) throws IOException {
        socket.send(line, until);
    }

    @Override
    public void close() {
        socket.close();
    }
}
