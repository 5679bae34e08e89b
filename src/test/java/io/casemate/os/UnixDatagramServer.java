package io.casemate.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real Unix datagram socket that is bound and received from, as a syslog daemon does. For tests. */
public final class UnixDatagramServer implements AutoCloseable {
    private static final int LONGEST = 1 << 20;

    private final Path path;
    private final int descriptor;

    /** Binds {@code path}; with {@code @} before it, an abstract name. */
    public UnixDatagramServer(Path path) {
        this.path = path;
        descriptor = call("socket", 1, 2, 0);
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            boolean isAbstract = name[0] == '@';
            int length = isAbstract ? 2 + name.length : 110;
            MemorySegment address = arena.allocate(length);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            if (isAbstract) {
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
            }
            if ((int) handle(
                                    "bind",
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT)
                            .invokeExact(descriptor, address, length)
                    != 0) {
                throw new IllegalStateException("bind " + path);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next datagram, or empty text when there is none at the moment. */
    public String receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST);
            long length = (long) handle(
                            "recv",
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT)
                    .invokeExact(descriptor, buffer, (long) LONGEST, 0x40);
            byte[] bytes = new byte[(int) Math.max(0, length)];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closes the socket and removes its path. */
    @Override
    public void close() {
        call("close", descriptor);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int call(String name, int... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        java.util.Arrays.fill(layouts, ValueLayout.JAVA_INT);
        Object[] boxed = java.util.Arrays.stream(arguments).boxed().toArray();
        try {
            return (int) handle(name, ValueLayout.JAVA_INT, layouts).invokeWithArguments(boxed);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
