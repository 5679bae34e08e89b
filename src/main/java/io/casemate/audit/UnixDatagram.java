package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A connected Unix datagram socket, as {@code /dev/log} is one; the JDK has only stream sockets of that family. Linux. For one
 * thread at a time.
 */
public final class UnixDatagram implements Wire {
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
    private static final int ADDRESS_LENGTH = 110;
    private static final long PAUSE_NANOS = 500_000L;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = handle(
            "socket", true, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle CONNECT = handle(
            "connect", true, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle SEND = handle(
            "send",
            true,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = handle("close", false, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle STRERROR = handle("strerror", false, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private int descriptor;

    private UnixDatagram(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Connects.
     *
     * @throws IOException when nobody listens there, it is a stream socket, or the path is longer than 107 bytes
     */
    public static UnixDatagram connect(Path path) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_PATH) {
            throw new IOException("the path of a socket has at most " + LONGEST_PATH + " bytes");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw failure(state);
            }
            MemorySegment address = arena.allocate(ADDRESS_LENGTH);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            if ((int) CONNECT.invokeExact(state, fd, address, ADDRESS_LENGTH) != 0) {
                IOException failure = failure(state);
                shut(fd);
                throw failure;
            }
            return new UnixDatagram(fd);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call does not throw", e);
        }
    }

    /**
     * Sends one datagram, waiting for room in the receiver's queue.
     *
     * @throws IOException when the receiver is gone, or made no room in time
     */
    @Override
    public void send(byte[] bytes, long until) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            while ((long) SEND.invokeExact(state, descriptor, message, (long) bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL)
                    < 0) {
                int errno = (int) ERRNO.get(state, 0L);
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
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call does not throw", e);
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
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call does not throw", e);
        }
    }

    private static IOException failure(MemorySegment state) throws Throwable {
        int errno = (int) ERRNO.get(state, 0L);
        MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
        return new IOException(text.reinterpret(256).getString(0));
    }

    private static MethodHandle handle(String name, boolean errno, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] options =
                errno ? new Linker.Option[] {Linker.Option.captureCallState("errno")} : new Linker.Option[0];
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), options);
    }
}
