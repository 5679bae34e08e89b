package io.casemate.doctor;

import java.util.List;

/** Nothing of the server's memory ever lies on a disk. */
final class MemoryChecks {
    private static final long SLACK = 1 << 20;

    static final List<Check> ALL = List.of(
            Check.at("memory.kept", Practice.NO_SWAP, Severity.FATAL)
                    .title("The server's memory can be swapped out, or was")
                    .why("Keys that were swapped out stay readable on the disk, long after the server ended.")
                    .from(
                            "VmSwap, VmLck and VmRSS in /proc/PID/status, /proc/swaps, memory.swap.max of the control group")
                    .remedy("Turn swap off, and start the server by its unit: LimitMEMLOCK=infinity, MemorySwapMax=0")
                    .probe(Brokers.andTheirs(MemoryChecks::kept)),
            Check.at("memory.locked", Practice.NO_SWAP, Severity.HIGH)
                    .title("The server's memory is not locked")
                    .why("What is not locked may be written to a swap device that somebody adds later.")
                    .from("VmLck against VmRSS in /proc/PID/status")
                    .remedy("Set LimitMEMLOCK=infinity in the unit; without it the server cannot lock its memory")
                    .probe(Brokers.andTheirs(scene -> Finding.of(
                            locked(scene.server().get()), sizes(scene.server().get())))),
            Check.at("memory.swap", Practice.NO_SWAP, Severity.HIGH)
                    .title("Swap is on")
                    .why(
                            "Other processes that handle secrets, a shell or a backup, are swapped out even when the server is not.")
                    .from("/proc/swaps")
                    .remedy("hardening/harden --apply swap")
                    .probe(scene -> Finding.of(swaps(scene.machine()).isEmpty(), "swaps: " + swaps(scene.machine()))),
            Check.at("memory.zram", Practice.NO_SWAP, Severity.MEDIUM)
                    .title("A compressed memory disk is in use")
                    .why("zram can write pages back to a disk, and its copies are not locked memory.")
                    .from("/sys/block/zram*/disksize and backing_dev")
                    .remedy("hardening/harden --apply swap")
                    .probe(MemoryChecks::zram),
            Check.at("memory.hibernation", Practice.NO_SWAP, Severity.MEDIUM)
                    .title("The machine can hibernate")
                    .why("Hibernation writes all memory, keys included, to a disk.")
                    .from("/sys/power/state and /sys/power/resume")
                    .remedy("Boot with nohibernate; hardening/harden --apply swap masks the targets")
                    .probe(MemoryChecks::hibernation));

    private MemoryChecks() {}

    private static Finding kept(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        if (server.bytes("VmSwap") > 0) {
            return Finding.failed(server + " has " + server.status("VmSwap") + " in swap");
        }
        if (locked(server)) {
            return Finding.ok(sizes(server));
        }
        List<String> swaps = swaps(scene.machine());
        return Finding.of(
                swaps.isEmpty() || groupKeepsOut(scene.machine(), server), "swaps: " + swaps + ", " + sizes(server));
    }

    /** Version 2 of control groups: one line, {@code 0::/system.slice/casemate.service}. */
    private static boolean groupKeepsOut(Machine machine, ServerProcess server) {
        return machine.find(server.home() + "cgroup").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("0::/"))
                .anyMatch(line -> machine.find("/sys/fs/cgroup" + line.substring(3) + "/memory.swap.max")
                        .filter(most -> most.strip().equals("0"))
                        .isPresent());
    }

    private static boolean locked(ServerProcess server) {
        return server.bytes("VmLck") > 0 && server.bytes("VmLck") + SLACK >= server.bytes("VmRSS");
    }

    private static String sizes(ServerProcess server) {
        return "VmLck " + server.status("VmLck") + ", VmRSS " + server.status("VmRSS");
    }

    private static List<String> swaps(Machine machine) {
        return machine.text("/proc/swaps")
                .lines()
                .skip(1)
                .map(line -> line.split("\\s+")[0])
                .toList();
    }

    private static Finding zram(ExaminationContext scene) {
        List<String> sized = scene.machine().names("/sys/block").stream()
                .filter(name -> name.startsWith("zram"))
                .filter(name -> scene.machine().number("/sys/block/" + name + "/disksize") > 0)
                .toList();
        return scene.machine().exists("/sys/block")
                ? Finding.of(sized.isEmpty(), "zram disks with a size: " + sized)
                : Finding.unknown("/sys/block does not exist");
    }

    private static Finding hibernation(ExaminationContext scene) {
        if (!scene.machine().exists("/sys/power")) {
            return scene.machine().exists("/sys/kernel")
                    ? Finding.ok("the kernel has no /sys/power")
                    : Finding.unknown("/sys does not exist");
        }
        String state = scene.machine().word("/sys/power/state");
        String resume = scene.machine().find("/sys/power/resume").orElse("0:0").strip();
        boolean able = List.of(state.split(" ")).contains("disk") && !resume.equals("0:0");
        return Finding.of(!able, "states: " + state + "; resumes from " + resume);
    }
}
