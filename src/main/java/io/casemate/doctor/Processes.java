package io.casemate.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The processes of the machine. */
final class Processes {
    private Processes() {}

    static List<Long> pids(Machine machine) {
        List<Long> pids = machine.names("/proc").stream()
                .filter(name -> name.chars().allMatch(c -> c >= '0' && c <= '9'))
                .map(Long::parseLong)
                .sorted()
                .toList();
        if (pids.isEmpty()) {
            throw new UnreadableException("/proc shows no process");
        }
        return pids;
    }

    /** Empty for a thread of the kernel, and for a process that has just ended. */
    static List<String> arguments(Machine machine, long pid) {
        String line = machine.find("/proc/" + pid + "/cmdline").orElse("");
        return line.isEmpty() ? List.of() : List.of(line.split("\0"));
    }

    /** The programs that run outside of the kernel, by their processes. */
    static Map<Long, String> programs(Machine machine) {
        Map<Long, String> programs = new HashMap<>();
        for (long pid : pids(machine)) {
            if (!arguments(machine, pid).isEmpty()) {
                machine.find("/proc/" + pid + "/comm").ifPresent(name -> programs.put(pid, name.strip()));
            }
        }
        return programs;
    }

    /** Names with process ids, for evidence; at most twelve. */
    static String shown(Map<Long, String> programs) {
        List<String> all = new ArrayList<>();
        programs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> all.add(each.getValue() + " (" + each.getKey() + ")"));
        int most = 12;
        return all.size() <= most
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, most)) + " and " + (all.size() - most) + " more";
    }
}
