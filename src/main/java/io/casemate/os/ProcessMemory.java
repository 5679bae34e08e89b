package io.casemate.os;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Keeps what this process has in memory from leaving it by way of the kernel: swap, cores, other processes. Linux only. */
public final class ProcessMemory {
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;
    private static final int MCL_ONFAULT = 4;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int RLIMIT_CORE = 4;
    private static final Path FILTER = Path.of("/proc/self/coredump_filter");
    private static final System.Logger LOG = System.getLogger("casemate.os");
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /**
     * Every page of this process stays in RAM, those that come later too (mlockall(2)). Pages are locked when they are first
     * used, so that the JVM's reserved but empty space costs nothing.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when the kernel does not allow it
     */
    public static void lock() {
        MethodHandle lock = SystemCalls.function("mlockall", SystemCalls.INT, SystemCalls.INT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = SystemCalls.state(arena);
            if ((int) lock.invokeExact(state, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
                throw new Fault.Misconfigured(List.of("memory cannot be locked ("
                                + SystemCalls.text(SystemCalls.errno(state))
                                + "), so keys could be swapped to disk: start by the systemd unit, or with 'ulimit -l"
                                + " unlimited', or accept the risk by 'disable_mlock: true'"))
                        .asException();
            }
        } catch (Throwable e) {
            throw SystemCalls.thrown(e);
        }
    }

    /** core(5): which kinds of memory go into a core. Kernels are built without it; what the others guard stays guarded there. */
    private static void filterDumps() {
        try {
            Files.writeString(FILTER, "0");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", FILTER, e.getMessage());
        }
    }

    /** Whether {@link #lock} did its work, by the kernel's word ({@code VmLck}). */
    public static boolean locked() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmLck:")).anyMatch(line -> !line.matches("VmLck:\\s+0 kB"));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * From now on a crash leaves no core, not even through a pipe of {@code core_pattern}, and no other process of this user
     * may look into this one. Should a core be made all the same (root traces the process), it is to hold none of its memory: what
     * madvise(2) with MADV_DONTDUMP does to pages that are known to hold a secret, the filter does to all, so to every copy that
     * the collector or a cipher makes, too.
     */
    public static void forbidDumps() {
        filterDumps(); // the kernel gives the file to root once the process may not be dumped
        MethodHandle control = SystemCalls.plain(
                "prctl",
                SystemCalls.INT,
                SystemCalls.INT,
                SystemCalls.LONG,
                SystemCalls.LONG,
                SystemCalls.LONG,
                SystemCalls.LONG);
        MethodHandle limit = SystemCalls.plain("setrlimit", SystemCalls.INT, SystemCalls.INT, SystemCalls.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment none = arena.allocate(MemoryLayout.sequenceLayout(2, SystemCalls.LONG)); // soft and hard
            int dumpable = (int) control.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
            int limited = (int) limit.invokeExact(RLIMIT_CORE, none);
            if (dumpable != 0 || limited != 0) {
                throw new IllegalStateException(
                        "core dumps cannot be switched off: prctl " + dumpable + ", setrlimit " + limited);
            }
        } catch (Throwable e) {
            throw SystemCalls.thrown(e);
        }
    }
}
