package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The machine around the server. */
final class HostChecks {
    /** What a machine with nothing but the server runs, by the kernel's names of at most 15 letters. */
    private static final Set<String> AT_HOME = Set.of(
            "systemd",
            "systemd-journal",
            "systemd-udevd",
            "systemd-logind",
            "systemd-resolve",
            "systemd-network",
            "systemd-timesyn",
            "systemd-oomd",
            "systemd-userdbd",
            "systemd-userwor",
            // started by our own timedatectl, for half a minute
            "systemd-timedat",
            "(sd-pam)",
            "init",
            "java",
            "casemate",
            "dbus-broker",
            "dbus-broker-lau",
            "dbus-daemon",
            "auditd",
            "sedispatch",
            "chronyd",
            "rsyslogd",
            "NetworkManager",
            "firewalld",
            "polkitd",
            "crond",
            "cron",
            "agetty",
            "login",
            "irqbalance",
            "tuned",
            "pcscd",
            "tpm2-abrmd",
            "pkcsslotd",
            "rngd",
            "mcelog",
            "bash",
            "sh",
            "sudo",
            "su");

    private static final Pattern OURS = Pattern.compile("/casemate(-client|-hsm-broker)?\\.jar$");

    static final List<Check> ALL = List.of(
            Check.at("host.tenancy", Practice.TENANCY, Severity.MEDIUM)
                    .title("Other programs run on the machine")
                    .why("Whoever breaks one of them stands beside the server.")
                    .from("the programs in /proc against those that a minimal system runs")
                    .remedy("Move them to another machine")
                    .probe(HostChecks::tenancy),
            Check.at("host.place", Practice.TENANCY, Severity.LOW)
                    .title("The machine is a container or a virtual machine")
                    .why("Whoever runs the host reads the memory of its guests.")
                    .from("/run/systemd/container, /.dockerenv, /run/.containerenv, hypervisor in /proc/cpuinfo")
                    .remedy("Prefer bare metal; else keep the host as well as this machine")
                    .probe(HostChecks::place),
            Check.at("host.time", Practice.TIME, Severity.MEDIUM)
                    .title("The clock is not kept by anybody")
                    .why("Certificates and tokens live by the clock, and so does the audit trail.")
                    .from("timedatectl (the kernel's clock state), chronyc, or timesyncd's mark in /run")
                    .remedy("hardening/harden --apply time")
                    .probe(HostChecks::time),
            Check.at("host.clock", Practice.TIME, Severity.MEDIUM)
                    .title("The server saw its clock jump")
                    .why("After a jump tokens end too late, or too early.")
                    .from("the server: wall clock against the kernel's steady one")
                    .remedy("Find out who set the clock, then restart the server")
                    .probe(scene -> Finding.of(
                            scene.facts().get().text("clock_jump").isEmpty(),
                            scene.facts().get().text("clock_jump").isEmpty()
                                    ? "no jump since the start"
                                    : scene.facts().get().text("clock_jump"))),
            Check.at("host.watch", Practice.AUDIT, Severity.MEDIUM)
                    .title("The kernel does not record who touches the server's files")
                    .why("An administrator who copies the store leaves no trace.")
                    .from("auditctl -s and -l: watches on the configuration and the store")
                    .remedy("hardening/harden --apply audit")
                    .probe(HostChecks::watch),
            Check.at("host.history", Practice.HISTORY, Severity.HIGH)
                    .title("A shell's history holds a secret")
                    .why("Histories are kept for years, in backups too.")
                    .from(
                            "history files below /root and /home, searched for tokens, PINs and shares; lines are named, not shown")
                    .remedy("Revoke what stands there, delete the lines, and hardening/harden --apply history")
                    .probe(Histories::look));

    private HostChecks() {}

    private static Finding tenancy(ExaminationContext scene) {
        Map<Long, String> programs = Processes.programs(scene.machine());
        programs.entrySet()
                .removeIf(each -> AT_HOME.contains(each.getValue())
                        && !foreign(each.getValue(), Processes.arguments(scene.machine(), each.getKey())));
        return Finding.of(
                programs.isEmpty(), programs.isEmpty() ? "nothing but the system" : Processes.shown(programs));
    }

    /** Java with another jar than ours, and a shell that runs a script, are other programs by a name that is at home. */
    private static boolean foreign(String name, List<String> words) {
        return switch (name) {
            case "java" -> words.stream().noneMatch(word -> OURS.matcher(word).find());
            case "bash", "sh" -> words.stream().skip(1).anyMatch(word -> word.equals("-c") || !word.startsWith("-"));
            default -> false;
        };
    }

    private static Finding place(ExaminationContext scene) {
        Machine machine = scene.machine();
        Optional<String> container = machine.find("/run/systemd/container")
                .or(() -> machine.find("/run/.containerenv").map(text -> "podman"))
                .or(() -> machine.exists("/.dockerenv") ? Optional.of("docker") : Optional.empty());
        if (container.isPresent()) {
            return Finding.failed("a container: " + container.get().strip());
        }
        String product =
                machine.find("/sys/class/dmi/id/product_name").orElse("").strip();
        boolean guest = machine.text("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("flags"))
                .anyMatch(line -> line.contains(" hypervisor"));
        return Finding.of(!guest, guest ? "a virtual machine " + product : "no hypervisor is seen " + product);
    }

    private static Finding time(ExaminationContext scene) {
        List<String> tried = new ArrayList<>();
        try {
            String state = scene.tools()
                    .run("timedatectl", List.of("show", "--property=NTPSynchronized", "--value"))
                    .strip();
            return Finding.of(state.equals("yes"), "the kernel's clock is synchronised: " + state);
        } catch (UnreadableException e) {
            tried.add(e.getMessage());
        }
        try {
            String tracking =
                    scene.tools().run("chronyc", List.of("-c", "tracking")).strip();
            return Finding.of(tracking.endsWith(",Normal"), "chrony: " + tracking);
        } catch (UnreadableException e) {
            tried.add(e.getMessage());
        }
        // last: timesyncd makes the mark once, and whether it goes on is not known by it
        if (scene.machine().exists("/run/systemd/timesync/synchronized")) {
            return Finding.ok("systemd-timesyncd has synchronised");
        }
        return Finding.unknown(String.join("; ", tried));
    }

    private static Finding watch(ExaminationContext scene) {
        String state = scene.tools().run("auditctl", List.of("-s"));
        List<AuditRule> rules = scene.tools()
                .run("auditctl", List.of("-l"))
                .lines()
                .map(AuditRule::parse)
                .toList();
        if (state.lines().noneMatch(line -> line.equals("enabled 1") || line.equals("enabled 2"))) {
            return Finding.failed("the kernel's audit is off");
        }
        List<String> unwatched = FileChecks.guarded(scene).stream()
                .filter(place -> rules.stream().noneMatch(rule -> rule.watches(place)))
                .toList();
        return Finding.of(
                unwatched.isEmpty(),
                unwatched.isEmpty() ? "configuration and store are watched" : "not watched: " + unwatched);
    }
}
