package io.casemate.http;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Upload;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The body of one request: read whole within the limits and the deadline, or known not to be. What a dying connection
 * left of a body is never taken for the body.
 */
final class Body implements AutoCloseable {
    /** Enough for most bodies; who announces a long one gets no more before it arrives. */
    private static final int FIRST_STEP = 1024;

    private static final int STEP = 65_536;

    /** A longer body, in bytes, may hold strings that take several times their length while they are parsed. */
    private static final int LONG = 1 << 20;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final ServerRequest request;
    private final Exchange exchange;
    private final BodyMemory memory;
    private final long limit;
    private final BodyMemory.Claim claim;
    private final ReceivedBody received = new ReceivedBody();
    private InputStream stream;
    private boolean unread;

    Body(ServerRequest request, Exchange exchange, BodyMemory memory, long limit) {
        this.request = request;
        this.exchange = exchange;
        this.memory = memory;
        this.limit = limit;
        this.claim = memory.claim(exchange.connection().peer().getAddress());
        this.unread = request.content().hasEntity();
    }

    /**
     * Reads it and has {@code parser} make something of it; the bytes are wiped then, their memory stays taken for what was
     * made of them until this closes. Of long bodies only one is parsed at a time.
     *
     * @throws io.casemate.kernel.FaultException {@code TooLarge}, {@code Unavailable} without memory for it, or {@code
     *     BadRequest} for broken framing; and what {@code parser} throws
     */
    <T> T parsed(Function<ReceivedBody, T> parser) {
        if (unread) {
            long announced = request.headers().contentLength().orElse(UNKNOWN);
            if (announced != UNKNOWN && announced > limit) {
                throw new Fault.TooLarge(limit).asException();
            }
            receive(announced);
            exchange.working();
            unread = false;
        }
        boolean alone = received.length() > LONG;
        if (alone) {
            memory.parsing().acquireUninterruptibly();
        }
        try {
            return parser.apply(received);
        } finally {
            if (alone) {
                memory.parsing().release();
            }
            received.wipe();
        }
    }

    /** Takes memory for what the body is parsed to, as {@link BodyMemory.Claim#take} does. */
    void needs(long bytes) {
        claim.take(bytes);
    }

    /** The body as a stream, which needs no memory for its length; for those who were let in. */
    Upload upload() {
        return Uploaded::new;
    }

    /** Some of it is still with the client: the connection cannot be used again. */
    boolean unread() {
        return unread;
    }

    /** What has not been read of it; there is one such stream, which goes on where it was left. */
    InputStream stream() {
        if (stream == null) {
            stream = request.content().inputStream();
        }
        return stream;
    }

    private void receive(long announced) {
        InputStream in = stream();
        int step = FIRST_STEP;
        int size;
        int n;
        do {
            size = (int) Math.min(step, Math.min(announced, limit + 1) - received.length());
            step = Math.min(STEP, 4 * step);
            claim.take(size);
            byte[] piece = new byte[size];
            n = fill(in, piece);
            received.add(piece, n);
            if (received.length() > limit) {
                throw new Fault.TooLarge(limit).asException();
            }
        } while (n == size && received.length() < announced);
        if (announced != UNKNOWN && (received.length() != announced || next(in, new byte[1], 0, announced) > 0)) {
            throw new CloseConnectionException("the body ended early, or late");
        }
    }

    /** Returns fewer than the piece holds at the end of the body only. */
    private int fill(InputStream in, byte[] piece) {
        int have = 0;
        int n = 1;
        while (have < piece.length && n > 0) {
            n = next(in, piece, have, received.length() + have);
            have += Math.max(0, n);
        }
        return have;
    }

    private int next(InputStream in, byte[] target, int from, long before) {
        exchange.reading(before);
        return next(in, target, from);
    }

    private int next(InputStream in, byte[] target, int from) {
        int n;
        try {
            n = in.read(target, from, target.length - from);
        } catch (RequestException e) {
            throw framing(e);
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the body did not arrive", e);
        }
        if (exchange.aborted()) {
            throw new CloseConnectionException("the connection ended within the body");
        }
        return n;
    }

    private RuntimeException framing(RequestException e) {
        if (e.status().code() == 413) {
            return new Fault.TooLarge(limit).causedBy(e);
        }
        return new Fault.BadRequest(List.of("the body's framing is broken")).causedBy(e);
    }

    /** A body that is read as it comes. */
    private final class Uploaded extends InputStream {
        private final InputStream in = stream();
        private long received;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (!unread || length == 0) {
                return unread ? 0 : -1;
            }
            exchange.uploading(received);
            byte[] step = new byte[Math.min(length, STEP)];
            int n = arrived(step);
            if (n < 0) {
                exchange.working();
                ended();
                return n;
            }
            System.arraycopy(step, 0, target, from, n);
            received += n;
            return n;
        }

        private int arrived(byte[] step) throws IOException {
            try {
                return next(in, step, 0);
            } catch (CloseConnectionException e) {
                throw new IOException("the upload broke off", e);
            }
        }

        private void ended() throws IOException {
            OptionalLong announced = request.headers().contentLength();
            if (announced.isPresent() && announced.getAsLong() != received) {
                throw new EOFException("the upload ended early");
            }
            unread = false;
        }
    }

    @Override
    public void close() {
        received.wipe();
        claim.close();
    }
}
