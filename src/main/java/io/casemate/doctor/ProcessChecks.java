package io.casemate.doctor;

import java.util.List;
import java.util.regex.Pattern;

/** What the server's process may do, and how it was started. */
final class ProcessChecks {
    private static final long IPC_LOCK = 1L << 14;
    private static final int ENOUGH_FILES = 8192;
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(PIN|TOKEN|PASSWORD|PASSPHRASE|SECRET|PRIVATE_KEY|UNSEAL)(_.*)?");
    private static final List<String> LOADERS = List.of(
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS",
            "CLASSPATH");

    static final List<Check> ALL = List.of(
            Check.at("process.user", Practice.NOT_ROOT, Severity.FATAL)
                    .title("The server runs as root")
                    .why("Whoever finds a hole in the server owns the machine.")
                    .from("Uid in /proc/PID/status")
                    .remedy("Start it by its unit, as the user casemate")
                    .probe(Brokers.andTheirs(scene -> Finding.of(
                            scene.server().get().user() != 0,
                            scene.server().get() + " runs as user "
                                    + scene.server().get().user()))),
            Check.at("process.capabilities", Practice.NOT_ROOT, Severity.HIGH)
                    .title("The server holds capabilities of root")
                    .why("A capability is a part of root's power; the server needs none but, at most, CAP_IPC_LOCK.")
                    .from("CapEff, CapPrm and CapAmb in /proc/PID/status")
                    .remedy("CapabilityBoundingSet= and AmbientCapabilities= in the unit")
                    .probe(Brokers.andTheirs(ProcessChecks::capabilities)),
            Check.at("process.privileges", Practice.NOT_ROOT, Severity.MEDIUM)
                    .title("The server can gain privileges")
                    .why("A program with the setuid bit would lift an intruder out of the server's confinement.")
                    .from("NoNewPrivs in /proc/PID/status")
                    .remedy("NoNewPrivileges=yes in the unit")
                    .probe(Brokers.andTheirs(scene -> status(scene, "NoNewPrivs", "1"))),
            Check.at("process.syscalls", Practice.NOT_ROOT, Severity.MEDIUM)
                    .title("The server may make every system call")
                    .why("Holes in the kernel are reached through calls that the server never needs.")
                    .from("Seccomp in /proc/PID/status")
                    .remedy("SystemCallFilter= in the unit")
                    .probe(Brokers.andTheirs(scene -> status(scene, "Seccomp", "2"))),
            Check.at("process.attach", Practice.NO_CORE, Severity.HIGH)
                    .title("Tools can attach to the server and dump its heap")
                    .why(
                            "jcmd, a debugger or a heap dump shows every key; a dump on running out of memory comes by itself.")
                    .from(
                            "the server: the options its virtual machine runs with; else the arguments in /proc/PID/cmdline")
                    .remedy(
                            "Start it by its unit: -XX:+DisableAttachMechanism, no agent, no HeapDumpOnOutOfMemoryError")
                    .probe(Brokers.andTheirs(ProcessChecks::attach)),
            Check.at("process.traced", Practice.NO_CORE, Severity.FATAL)
                    .title("Somebody traces the server")
                    .why("A tracer reads and writes all of its memory.")
                    .from("TracerPid in /proc/PID/status")
                    .remedy("Seal the server, find out who traces it, and treat its keys as known")
                    .probe(Brokers.andTheirs(scene -> status(scene, "TracerPid", "0"))),
            Check.at("process.environment", Practice.HISTORY, Severity.HIGH)
                    .title("The server's environment holds secrets, or bends how it loads code")
                    .why(
                            "An environment is inherited, logged and shown; LD_PRELOAD and its like run somebody else's code.")
                    .from("the names in /proc/PID/environ, never the values")
                    .remedy("Hand over secrets as credential://NAME (LoadCredentialEncrypted=), and clear the others")
                    .probe(Brokers.andTheirs(ProcessChecks::environment)),
            Check.at("process.files", Practice.LIMITS, Severity.LOW)
                    .title("The server may open too few files")
                    .why("Every connection is a file: when they run out, nobody gets a secret any more.")
                    .from("Max open files in /proc/PID/limits")
                    .remedy("LimitNOFILE=65536 in the unit")
                    .probe(ProcessChecks::files),
            Check.at("process.replaced", Practice.IMMUTABLE, Severity.MEDIUM)
                    .title("The server runs code that is no longer on the disk")
                    .why("After an upgrade without a restart, holes that seem to be closed are open.")
                    .from("deleted jars and libraries in /proc/PID/maps")
                    .remedy("Restart the server")
                    .probe(Brokers.andTheirs(ProcessChecks::replaced)));

    private ProcessChecks() {}

    private static Finding status(ExaminationContext scene, String field, String wanted) {
        String value = scene.server().get().status(field);
        return Finding.of(value.equals(wanted), scene.server().get() + " has " + field + " " + value);
    }

    private static Finding capabilities(ExaminationContext scene) {
        long held = 0;
        for (String set : List.of("CapEff", "CapPrm", "CapAmb")) {
            held |= Long.parseUnsignedLong(scene.server().get().status(set), 16);
        }
        return Finding.of(
                (held & ~IPC_LOCK) == 0,
                String.format("%s holds capabilities %016x", scene.server().get(), held));
    }

    /** The server knows best: its options may stand in a file that its arguments only name. */
    private static Finding attach(ExaminationContext scene) {
        if (scene.facts().found().flatMap(facts -> facts.find("vm_attach")).isPresent()) {
            Facts facts = scene.facts().get();
            return attach(facts.flag("vm_attach"), facts.flag("vm_heap_dump"), facts.texts("vm_agents"));
        }
        List<String> words = scene.server().get().options();
        if (words.isEmpty()) {
            return Finding.unknown(scene.server().get() + " does not show its options, and was not asked");
        }
        return attach(
                !words.contains("-XX:+DisableAttachMechanism"),
                words.contains("-XX:+HeapDumpOnOutOfMemoryError"),
                RunningVm.spies(words));
    }

    private static Finding attach(boolean on, boolean dumps, List<String> agents) {
        return Finding.of(
                !on && !dumps && agents.isEmpty(),
                "attaching is " + (on ? "on" : "off") + ", heap dumps are " + (dumps ? "on" : "off") + ", agents "
                        + agents);
    }

    private static Finding environment(ExaminationContext scene) {
        List<String> bad = scene.server().get().variables().stream()
                .filter(name ->
                        LOADERS.contains(name) || SECRET_NAME.matcher(name).matches())
                .sorted()
                .toList();
        return Finding.of(bad.isEmpty(), bad.isEmpty() ? "no such variable" : "variables " + bad);
    }

    private static Finding files(ExaminationContext scene) {
        String soft = scene.server().get().limit("Max open files").getFirst();
        return Finding.of(
                soft.equals("unlimited") || Long.parseLong(soft) >= ENOUGH_FILES,
                "limit of open files: " + soft + ", wanted: " + ENOUGH_FILES);
    }

    private static Finding replaced(ExaminationContext scene) {
        List<String> gone = scene.server().get().mapped().stream()
                .filter(name -> name.endsWith(" (deleted)"))
                .filter(name -> name.contains(".so") || name.contains(".jar") || name.contains("/modules "))
                .toList();
        return Finding.of(gone.isEmpty(), gone.isEmpty() ? "all code is on the disk" : gone.toString());
    }
}
