package io.casemate.os;

import com.sun.jna.LastErrorException;
import io.casemate.kernel.Fault;
import java.io.IOException;
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
        try {
            int _ = SystemCalls.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
        } catch (LastErrorException e) {
            throw new Fault.Misconfigured(List.of("memory cannot be locked ("
                            + SystemCalls.text(e)
                            + "), so keys could be swapped to disk: start by the systemd unit, or with 'ulimit -l"
                            + " unlimited', or accept the risk by 'disable_mlock: true'"))
                    .asException();
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
        try {
            int _ = SystemCalls.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
            int _ = SystemCalls.setrlimit(RLIMIT_CORE, new long[] {0, 0});
        } catch (LastErrorException e) {
            throw new IllegalStateException("core dumps cannot be switched off: " + SystemCalls.text(e), e);
        }
    }
}
