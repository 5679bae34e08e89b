package io.casemate.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the virtual machine of this process really runs with, wherever its options came from. */
public final class RunningVm {
    private static final List<String> SPIES = List.of(
            "-agentlib:", "-agentpath:", "-javaagent:", "-Xrunjdwp", "-Xdebug", "-Dcom.sun.management.jmxremote");

    private RunningVm() {}

    /** As members of {@link Facts}: {@code vm_attach}, {@code vm_heap_dump}, {@code vm_agents}. */
    public static Map<String, Object> members() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("vm_attach", !on(machine, "DisableAttachMechanism"));
        members.put("vm_heap_dump", on(machine, "HeapDumpOnOutOfMemoryError"));
        members.put("vm_agents", spies(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        return members;
    }

    /** Options that let somebody in; their names alone. */
    static List<String> spies(List<String> options) {
        return options.stream()
                .filter(option -> SPIES.stream().anyMatch(option::startsWith))
                .map(option -> option.split("[=:]", 2)[0])
                .toList();
    }

    private static boolean on(HotSpotDiagnosticMXBean machine, String option) {
        return Boolean.parseBoolean(machine.getVMOption(option).getValue());
    }
}
