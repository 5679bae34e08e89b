package io.casemate.os;

import com.sun.jna.LastErrorException;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * A connected Unix datagram socket, as {@code /dev/log} is one; the JDK has only stream sockets of that family. Linux. For one
 * thread at a time.
 */
public final class UnixDatagram implements AutoCloseable {
    /** What Linux allows when nobody told it otherwise ({@code net.core.wmem_default}), in bytes. */
    private static final long USUAL_LIMIT = 212_992;

    private static final System.Logger LOG = System.getLogger("casemate.os");
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EAGAIN = 11;
    private static final int EMSGSIZE = 90;
    private static final int LONGEST_PATH = 107;
    private static final int FAMILY_LENGTH = 2;
    private static final long PAUSE_NANOS = 500_000L;

    private int descriptor;

    private UnixDatagram(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Connects.
     *
     * @param name a path; with {@code @} before it, a name in Linux's abstract namespace (unix(7))
     * @throws IOException when nobody listens there, it is a stream socket, or the name is longer than 107 bytes
     */
    public static UnixDatagram connect(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > LONGEST_PATH) {
            throw new IOException("the path of a socket has 1 to " + LONGEST_PATH + " bytes");
        }
        try {
            int descriptor = SystemCalls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            try {
                byte[] address = address(bytes);
                int _ = SystemCalls.connect(descriptor, address, address.length);
            } catch (LastErrorException e) {
                shut(descriptor);
                throw e;
            }
            return new UnixDatagram(descriptor);
        } catch (LastErrorException e) {
            throw new IOException(SystemCalls.text(e), e);
        }
    }

    /** An abstract name is as long as the address says, zero bytes included; a path ends at its zero byte. */
    private static byte[] address(byte[] name) {
        boolean isAbstract = name[0] == '@';
        ByteBuffer address = ByteBuffer.allocate(FAMILY_LENGTH + name.length + (isAbstract ? 0 : 1))
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name);
        if (isAbstract) {
            address.put(FAMILY_LENGTH, (byte) 0);
        }
        return address.array();
    }

    /**
     * Sends one datagram, waiting for room in the receiver's queue.
     *
     * @param until when to give up, a {@link System#nanoTime}
     * @throws IOException when the receiver is gone, or made no room in time
     * @throws io.casemate.kernel.FaultException {@code TooLarge} when the socket can never take this one
     */
    public void send(byte[] bytes, long until) throws IOException {
        while (!sent(bytes)) {
            if (System.nanoTime() - until > 0) {
                throw new IOException("the receiver's queue is full: it takes nothing");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** False: the receiver's queue has no room now. */
    private boolean sent(byte[] bytes) throws IOException {
        try {
            return SystemCalls.send(descriptor, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
        } catch (LastErrorException e) {
            return switch (e.getErrorCode()) {
                case EAGAIN -> false;
                case EMSGSIZE -> throw new Fault.TooLarge(USUAL_LIMIT).asException();
                default -> throw new IOException(SystemCalls.text(e), e);
            };
        }
    }

    @Override
    public void close() {
        int last = descriptor;
        descriptor = -1;
        if (last >= 0) {
            shut(last);
        }
    }

    /** Whatever close(2) says, the descriptor is gone, and its number may be another file's by now. */
    private static void shut(int descriptor) {
        try {
            int _ = SystemCalls.close(descriptor);
        } catch (LastErrorException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a socket: {0}", SystemCalls.text(e));
        }
    }
}
