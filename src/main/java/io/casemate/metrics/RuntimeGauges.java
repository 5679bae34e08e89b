package io.casemate.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;

/** What the Java machine and the kernel say of this process. */
public final class RuntimeGauges {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private RuntimeGauges() {}

    /** Shows them in {@code meters}. */
    public static void register(Meters meters) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        meters.gauge("vault.runtime.alloc_bytes", "Heap in use, in bytes.", () ->
                (double) memory.getHeapMemoryUsage().getUsed());
        meters.gauge("vault.runtime.sys_bytes", "Heap taken from the system, in bytes.", () ->
                (double) memory.getHeapMemoryUsage().getCommitted());
        meters.gauge(
                "vault.runtime.total_gc_runs",
                "Garbage collections since the start.",
                () -> collectors.stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                        .sum());
        meters.gauge(
                "vault.runtime.total_gc_pause_ns",
                "Time spent in garbage collections since the start, in nanoseconds.",
                () -> (NANOS / MILLIS)
                        * (double) collectors.stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum());
        meters.gauge(
                "vault.runtime.num_threads",
                "Platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        meters.gauge(
                "process.start_time_seconds",
                "When the process started, in seconds since 1970.",
                () -> (double) ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        process(meters, ManagementFactory.getOperatingSystemMXBean());
    }

    private static void process(Meters meters, OperatingSystemMXBean system) {
        if (system instanceof UnixOperatingSystemMXBean unix) {
            meters.gauge(
                    "process.cpu_seconds",
                    "Processor time used since the start, in seconds.",
                    () -> (double) unix.getProcessCpuTime() / NANOS);
            meters.gauge(
                    "process.open_fds", "Open file descriptors.", () -> (double) unix.getOpenFileDescriptorCount());
            meters.gauge("process.max_fds", "Most file descriptors there may be.", () ->
                    (double) unix.getMaxFileDescriptorCount());
        }
    }
}
