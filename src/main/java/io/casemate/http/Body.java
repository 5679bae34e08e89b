package io.casemate.http;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Upload;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The body of one request: read whole within the limits and the deadline, or known not to be. What a dying connection
 * left of a body is never taken for the body.
 */
final class Body implements AutoCloseable {
    private static final int STEP = 65_536;

    private final ServerRequest request;
    private final Exchange exchange;
    private final BodyMemory memory;
    private final long limit;
    private byte[] bytes = new byte[0];
    private long taken;
    private boolean unread;

    Body(ServerRequest request, Exchange exchange, BodyMemory memory, long limit) {
        this.request = request;
        this.exchange = exchange;
        this.memory = memory;
        this.limit = limit;
        this.unread = request.content().hasEntity();
    }

    /**
     * Reads it; the array is the body's own and is wiped when this closes.
     *
     * @throws io.casemate.kernel.FaultException {@code TooLarge}, {@code Unavailable} without memory for it, or {@code
     *     BadRequest} for broken framing
     */
    byte[] read() {
        if (unread) {
            OptionalLong announced = request.headers().contentLength();
            if (announced.orElse(0) > limit) {
                throw new Fault.TooLarge(limit).asException();
            }
            bytes = announced.isPresent() ? exactly((int) announced.getAsLong()) : growing();
            exchange.working();
            unread = false;
        }
        return bytes;
    }

    /** The body as a stream, which needs no memory for its length; for those who were let in. */
    Upload upload() {
        return Uploaded::new;
    }

    /** Some of it is still with the client: the connection cannot be used again. */
    boolean unread() {
        return unread;
    }

    private byte[] exactly(int length) {
        take(length);
        byte[] whole = new byte[length];
        InputStream in = request.content().inputStream();
        int have = 0;
        for (int n = next(in, whole, have, have); n > 0; n = next(in, whole, have, have)) {
            have += n;
        }
        if (have != length) {
            throw new CloseConnectionException("the body ended early");
        }
        return whole;
    }

    private byte[] growing() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        InputStream in = request.content().inputStream();
        for (int n = next(in, step, 0, 0); n > 0; n = next(in, step, 0, whole.size())) {
            take(n);
            whole.write(step, 0, n);
            if (whole.size() > limit) {
                throw new Fault.TooLarge(limit).asException();
            }
        }
        return whole.toByteArray();
    }

    private int next(InputStream in, byte[] target, int from, int received) {
        exchange.reading(received);
        return next(in, target, from);
    }

    private int next(InputStream in, byte[] target, int from) {
        int n;
        try {
            n = from == target.length ? in.read(new byte[1]) : in.read(target, from, target.length - from);
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

    private void take(long more) {
        memory.take(more);
        taken += more;
    }

    /** A body that is read as it comes. */
    private final class Uploaded extends InputStream {
        private final InputStream in = request.content().inputStream();
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
        memory.give(taken);
        Arrays.fill(bytes, (byte) 0);
    }
}
