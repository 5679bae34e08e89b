package io.casemate.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Functions of the C library under their own names, see their man pages in section 2. One that leaves an {@code errno} throws
 * {@link LastErrorException} with it.
 */
final class SystemCalls {
    static {
        Native.register(SystemCalls.class, NativeLibrary.getProcess());
    }

    private SystemCalls() {}

    static native int mlockall(int flags) throws LastErrorException;

    static native int prctl(int option, long argument2, long argument3, long argument4, long argument5)
            throws LastErrorException;

    /** {@code limits}: soft and hard. */
    static native int setrlimit(int resource, long[] limits) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int connect(int socket, byte[] address, int length) throws LastErrorException;

    static native long send(int socket, byte[] message, long length, int flags) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    private static native String strerror(int errno);

    /** What went wrong, in the C library's words. */
    static String text(LastErrorException e) {
        return strerror(e.getErrorCode());
    }
}
