package io.casemate.hsm.jna;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;

/** Keeps this process's memory, in which a PIN has been, out of files. Linux only. */
public final class CoreDumps {
    private static final int PR_SET_DUMPABLE = 4;
    private static final int RLIMIT_CORE = 4;

    private CoreDumps() {}

    /**
     * From now on a crash leaves no core, not even through a pipe of {@code core_pattern}, and no other process of this user
     * may look into this one.
     */
    public static void forbid() {
        NativeLibrary c = NativeLibrary.getProcess();
        int dumpable = c.getFunction("prctl").invokeInt(new Object[] {PR_SET_DUMPABLE, 0L, 0L, 0L, 0L});
        try (Memory none = new Memory(2L * Long.BYTES)) {
            none.clear();
            int limited = c.getFunction("setrlimit").invokeInt(new Object[] {RLIMIT_CORE, none});
            if (dumpable != 0 || limited != 0) {
                throw new IllegalStateException(
                        "core dumps cannot be switched off: prctl " + dumpable + ", setrlimit " + limited);
            }
        }
    }
}
