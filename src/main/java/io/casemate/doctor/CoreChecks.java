package io.casemate.doctor;

import java.util.List;

/** No dump of the server's memory, however it dies. */
final class CoreChecks {
    private static final List<String> STORES = List.of("/var/lib/systemd/coredump", "/var/crash", "/var/spool/abrt");

    static final List<Check> ALL = List.of(
            Check.at("core.process", Practice.NO_CORE, Severity.FATAL)
                    .title("A crash of the server writes its memory somewhere")
                    .why("A core dump holds every key. A limit of 0 does not stop a core_pattern that is a pipe.")
                    .from("owner of /proc/PID (tells PR_SET_DUMPABLE), /proc/PID/limits, /proc/sys/kernel/core_pattern")
                    .remedy("hardening/harden --apply core, and start the server by its unit")
                    .probe(Brokers.andTheirs(CoreChecks::process)),
            Check.at("core.limit", Practice.NO_CORE, Severity.MEDIUM)
                    .title("The server may write core files")
                    .why("Without a limit, a change of core_pattern alone brings dumps back.")
                    .from("Max core file size in /proc/PID/limits")
                    .remedy("LimitCORE=0 in the unit")
                    .probe(Brokers.andTheirs(scene -> {
                        List<String> limit = scene.server().get().limit("Max core file size");
                        return Finding.of(limit.equals(List.of("0", "0")), "soft and hard limit: " + limit);
                    })),
            Check.at("core.pattern", Practice.NO_CORE, Severity.MEDIUM)
                    .title("The kernel keeps core dumps, or hands them to a program")
                    .why("Dumps of other processes that handle secrets, such as a shell, are kept.")
                    .from("/proc/sys/kernel/core_pattern")
                    .remedy("hardening/harden --apply core")
                    .probe(scene -> Finding.of(
                            discards(scene.machine()),
                            "core_pattern: " + scene.machine().word("/proc/sys/kernel/core_pattern"))),
            Check.at("core.suid", Practice.NO_CORE, Severity.MEDIUM)
                    .title("Programs that changed their user write core dumps")
                    .why("sudo and login hold passwords of operators.")
                    .from("/proc/sys/fs/suid_dumpable")
                    .remedy("hardening/harden --apply core")
                    .probe(scene -> Finding.of(
                            scene.machine().number("/proc/sys/fs/suid_dumpable") == 0,
                            "suid_dumpable: " + scene.machine().word("/proc/sys/fs/suid_dumpable"))),
            Check.at("core.kept", Practice.NO_CORE, Severity.HIGH)
                    .title("There are core dumps of a Java process on the disk")
                    .why("One of them may be the server's, with every key that it held.")
                    .from("names in /var/lib/systemd/coredump, /var/crash and /var/spool/abrt")
                    .remedy("Overwrite and delete them, rotate the keys (operator rotate), and ask why there was one")
                    .probe(CoreChecks::kept));

    private CoreChecks() {}

    private static boolean discards(Machine machine) {
        return List.of("|/bin/false", "|/usr/bin/false").contains(machine.word("/proc/sys/kernel/core_pattern"));
    }

    /** The kernel gives the files of a process that may not be dumped to root, proc(5). */
    private static Finding process(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        int owner = scene.machine()
                .permissions("/proc/" + server.pid())
                .orElseThrow(() -> new UnreadableException(server + " has ended"))
                .owner();
        String shown = "user " + server.user() + ", /proc files of user " + owner;
        if (server.user() != 0 && owner != server.user()) {
            return Finding.ok(shown);
        }
        String pattern = scene.machine().word("/proc/sys/kernel/core_pattern");
        List<String> limit = server.limit("Max core file size");
        boolean limited = !pattern.startsWith("|") && limit.equals(List.of("0", "0"));
        return Finding.of(
                limited || discards(scene.machine()), shown + ", limits " + limit + ", core_pattern " + pattern);
    }

    private static Finding kept(ExaminationContext scene) {
        if (!scene.machine().exists("/var")) {
            return Finding.unknown("/var does not exist");
        }
        List<String> found = STORES.stream()
                .flatMap(store -> scene.machine().names(store).stream()
                        .filter(name -> name.contains("java") || name.contains("casemate"))
                        .map(name -> store + "/" + name))
                .toList();
        return Finding.of(found.isEmpty(), found.isEmpty() ? "none in " + STORES : "found " + found);
    }
}
