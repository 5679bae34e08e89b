package io.casemate.hsm.broker;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames over a Unix socket: four bytes of length, then the body. One thread reads; writing is safe for concurrent use, but
 * closes the connection when the writing thread is interrupted. The JDK copies what it sends out of the heap into memory
 * that nobody wipes, so both directions pass through buffers of our own, which are wiped.
 */
final class FrameChannel implements AutoCloseable {
    /** The longest body: a certificate revocation list of some 400,000 entries that Ed25519 signs. */
    static final int LONGEST = 16 << 20;

    private static final int SHORTEST = 9;
    private static final int BUFFER = 64 << 10;
    private static final int FIRST_PART = 1 << 20;
    private static final byte[] ZEROS = new byte[BUFFER];

    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final SocketChannel socket;

    FrameChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** Sends the whole frame. */
    void write(FrameWriter frame) throws IOException {
        ByteBuffer rest = frame.content();
        writing.lock();
        try {
            out.clear().putInt(rest.remaining());
            do {
                int part = Math.min(out.remaining(), rest.remaining());
                out.put(rest.slice(rest.position(), part));
                rest.position(rest.position() + part);
                out.flip();
                while (out.hasRemaining()) {
                    socket.write(out);
                }
                out.clear();
            } while (rest.hasRemaining());
        } finally {
            wipe(out, 0, Math.min(BUFFER, Integer.BYTES + frame.length()));
            writing.unlock();
        }
    }

    /** The next frame, whole; {@code EOFException} when the peer is gone. */
    FrameReader read() throws IOException {
        fill(Integer.BYTES);
        int length = in.getInt();
        if (length < SHORTEST || length > LONGEST) {
            throw new MalformedFrameException("a length of " + length);
        }
        byte[] body = new byte[Math.min(length, FIRST_PART)];
        int have = 0;
        while (have < length) {
            if (have == body.length) {
                body = grown(body, length);
            }
            fill(1);
            int part = Math.min(in.remaining(), body.length - have);
            in.get(body, have, part);
            wipe(in, in.position() - part, part);
            have += part;
        }
        return new FrameReader(body);
    }

    /** Memory follows what has come, not what was announced. */
    private static byte[] grown(byte[] body, int length) {
        byte[] larger = Arrays.copyOf(body, Math.min(length, 2 * body.length));
        Arrays.fill(body, (byte) 0);
        return larger;
    }

    private void fill(int wanted) throws IOException {
        if (in.remaining() >= wanted) {
            return;
        }
        int stale = in.limit();
        in.compact();
        wipe(in, in.position(), stale - in.position());
        try {
            while (in.position() < wanted) {
                if (socket.read(in) < 0) {
                    throw new EOFException("the other side has closed the connection");
                }
            }
        } finally {
            in.flip();
        }
    }

    private static void wipe(ByteBuffer buffer, int from, int length) {
        buffer.put(from, ZEROS, 0, length);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger("casemate.hsm").log(System.Logger.Level.DEBUG, "closing: {0}", e.getMessage());
        }
    }
}
