package io.casemate.os;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * A connected Unix datagram socket, as {@code /dev/log} is one; the JDK has only stream sockets of that family. Linux. For one
 * thread at a time.
 */
public final class UnixDatagram implements AutoCloseable {
    /** What Linux allows when nobody told it otherwise ({@code net.core.wmem_default}), in bytes. */
    private static final long USUAL_LIMIT = 212_992;

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

    private static final MethodHandle SOCKET =
            SystemCalls.function("socket", SystemCalls.INT, SystemCalls.INT, SystemCalls.INT, SystemCalls.INT);
    private static final MethodHandle CONNECT =
            SystemCalls.function("connect", SystemCalls.INT, SystemCalls.INT, SystemCalls.ADDRESS, SystemCalls.INT);
    private static final MethodHandle SEND = SystemCalls.function(
            "send", SystemCalls.LONG, SystemCalls.INT, SystemCalls.ADDRESS, SystemCalls.LONG, SystemCalls.INT);
    private static final MethodHandle CLOSE = SystemCalls.plain("close", SystemCalls.INT, SystemCalls.INT);

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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = SystemCalls.state(arena);
            int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw failure(state);
            }
            MemorySegment address = address(arena, bytes);
            if ((int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()) != 0) {
                IOException failure = failure(state);
                shut(fd);
                throw failure;
            }
            return new UnixDatagram(fd);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.thrown(e);
        }
    }

    /** An abstract name is as long as the address says, zero bytes included; a path ends at its zero byte. */
    private static MemorySegment address(Arena arena, byte[] name) {
        boolean isAbstract = name[0] == '@';
        MemorySegment address = arena.allocate(FAMILY_LENGTH + name.length + (isAbstract ? 0L : 1L), Short.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_LENGTH, name.length);
        if (isAbstract) {
            address.set(ValueLayout.JAVA_BYTE, FAMILY_LENGTH, (byte) 0);
        }
        return address;
    }

    /**
     * Sends one datagram, waiting for room in the receiver's queue.
     *
     * @param until when to give up, a {@link System#nanoTime}
     * @throws IOException when the receiver is gone, or made no room in time
     * @throws io.casemate.kernel.FaultException {@code TooLarge} when the socket can never take this one
     */
    public void send(byte[] bytes, long until) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = SystemCalls.state(arena);
            MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            while ((long) SEND.invokeExact(state, descriptor, message, (long) bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL)
                    < 0) {
                int errno = SystemCalls.errno(state);
                if (errno == EMSGSIZE) {
                    throw new Fault.TooLarge(USUAL_LIMIT).asException();
                }
                if (errno != EAGAIN) {
                    throw failure(state);
                }
                if (System.nanoTime() - until > 0) {
                    throw new IOException("the receiver's queue is full: it takes nothing");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw SystemCalls.thrown(e);
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            shut(descriptor);
            descriptor = -1;
        }
    }

    private static void shut(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw SystemCalls.thrown(e);
        }
    }

    private static IOException failure(MemorySegment state) {
        return new IOException(SystemCalls.text(SystemCalls.errno(state)));
    }
}
