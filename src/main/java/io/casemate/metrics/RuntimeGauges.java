package io.casemate.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.ToLongFunction;

/** What the Java machine and the kernel say of this process. The beans are first asked when somebody looks: they start slowly. */
public final class RuntimeGauges {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private RuntimeGauges() {}

    /** Shows them in {@code meters}. */
    public static void register(Meters meters) {
        meters.gauge("vault.runtime.alloc_bytes", "Heap in use, in bytes.", () -> heap(MemoryUsage::getUsed));
        meters.gauge(
                "vault.runtime.sys_bytes",
                "Heap taken from the system, in bytes.",
                () -> heap(MemoryUsage::getCommitted));
        meters.gauge(
                "vault.runtime.total_gc_runs",
                "Garbage collections since the start.",
                () -> collectors(GarbageCollectorMXBean::getCollectionCount));
        meters.gauge(
                "vault.runtime.total_gc_pause_ns",
                "Time spent in garbage collections since the start, in nanoseconds.",
                () -> collectors(GarbageCollectorMXBean::getCollectionTime) * (NANOS / MILLIS));
        meters.gauge(
                "vault.runtime.num_threads",
                "Platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        meters.gauge(
                "process.start_time_seconds",
                "When the process started, in seconds since 1970.",
                () -> (double) ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        meters.gauge(
                "process.cpu_seconds",
                "Processor time used since the start, in seconds.",
                () -> system(UnixOperatingSystemMXBean::getProcessCpuTime) / NANOS);
        meters.gauge(
                "process.open_fds",
                "Open file descriptors.",
                () -> system(UnixOperatingSystemMXBean::getOpenFileDescriptorCount));
        meters.gauge(
                "process.max_fds",
                "Most file descriptors there may be.",
                () -> system(UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
    }

    private static double heap(ToLongFunction<MemoryUsage> part) {
        return (double) part.applyAsLong(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
    }

    private static double collectors(ToLongFunction<GarbageCollectorMXBean> part) {
        return (double) ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(part)
                .sum();
    }

    private static double system(ToLongFunction<UnixOperatingSystemMXBean> part) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (double) part.applyAsLong(unix)
                : Double.NaN;
    }
}
