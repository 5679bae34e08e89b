package io.casemate.sys;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the kernel says of the machine, in the shape that clients know. What it does not say is left out. */
final class HostInfo {
    private static final System.Logger LOG = System.getLogger("casemate.sys");

    private HostInfo() {}

    static Map<String, Object> now(InstantSource clock) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("timestamp", clock.instant().toString());
        info.put("cpu", processors());
        info.put("disk", disks());
        info.put("host", host());
        info.put("memory", memory());
        return info;
    }

    /** The machine's name; empty when the kernel does not tell. */
    static String name() {
        return line("/proc/sys/kernel/hostname");
    }

    private static List<Object> processors() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < system.getAvailableProcessors(); i++) {
            all.add(Map.of("cpu", i, "cores", 1, "modelName", model()));
        }
        return all;
    }

    private static String model() {
        return text("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("");
    }

    private static List<Object> disks() {
        List<Object> all = new ArrayList<>();
        for (FileStore store : FileSystems.getDefault().getFileStores()) {
            try {
                long total = store.getTotalSpace();
                if (total > 0) {
                    Map<String, Object> row = new LinkedHashMap<>();
                    String shown = store.toString();
                    row.put("path", shown.substring(0, Math.max(0, shown.lastIndexOf(" ("))));
                    row.put("fstype", store.type());
                    row.put("total", total);
                    row.put("free", store.getUnallocatedSpace());
                    row.put("used", total - store.getUnallocatedSpace());
                    all.add(row);
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.TRACE, "a mount that this user may not look at is left out", e);
            }
        }
        return all;
    }

    private static Map<String, Object> host() {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("hostname", name());
        host.put("uptime", (long) Double.parseDouble(("0" + line("/proc/uptime")).split(" ", 2)[0]));
        host.put("os", "linux");
        host.put("platform", release());
        host.put("kernelVersion", line("/proc/sys/kernel/osrelease"));
        host.put("kernelArch", System.getProperty("os.arch"));
        return host;
    }

    private static String release() {
        return text("/etc/os-release")
                .lines()
                .filter(line -> line.startsWith("ID="))
                .findFirst()
                .map(line -> line.substring(3).replace("\"", ""))
                .orElse("");
    }

    private static Map<String, Object> memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Map<String, Object> memory = new LinkedHashMap<>();
        long total = system.getTotalMemorySize();
        memory.put("total", total);
        memory.put("free", system.getFreeMemorySize());
        memory.put("used", total - system.getFreeMemorySize());
        memory.put("swapTotal", system.getTotalSwapSpaceSize());
        memory.put("swapFree", system.getFreeSwapSpaceSize());
        return memory;
    }

    private static String line(String file) {
        return text(file).strip();
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
