package io.casemate.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** SELinux or AppArmor stands between the server and the rest. */
final class ConfinementChecks {
    private static final Pattern DOMAIN = Pattern.compile(":casemate(_hsm)?_t(:|$)");

    static final List<Check> ALL = List.of(
            Check.at("confinement.enforcing", Practice.CONFINEMENT, Severity.HIGH)
                    .title("No mandatory access control is enforced")
                    .why("Any process of root, or a hole in any other service, reaches the store.")
                    .from("/sys/fs/selinux/enforce, else /sys/kernel/security/apparmor")
                    .remedy("Set SELINUX=enforcing in /etc/selinux/config and restart; on Debian turn AppArmor on")
                    .probe(ConfinementChecks::enforcing),
            Check.at("confinement.server", Practice.CONFINEMENT, Severity.HIGH)
                    .title("The server is not confined by a policy of its own")
                    .why("Enforcing means nothing for a process in an unconfined domain.")
                    .from(
                            "/proc/PID/attr/current, and what the kernel answers at /sys/fs/selinux/access for that domain")
                    .remedy(
                            "Install the package with the policy, start the server by its unit, semanage permissive -d casemate_t")
                    .probe(Brokers.andTheirs(ConfinementChecks::server)),
            Check.at("confinement.locked", Practice.CONFINEMENT, Severity.MEDIUM)
                    .title("The policy can be changed or turned off while the machine runs")
                    .why("An intruder who became root begins with setenforce 0.")
                    .from("/sys/fs/selinux/booleans/secure_mode_policyload")
                    .remedy("hardening/harden --apply policyload")
                    .probe(ConfinementChecks::locked));

    private ConfinementChecks() {}

    private static Optional<String> selinux(Machine machine) {
        return machine.find("/sys/fs/selinux/enforce").map(String::strip);
    }

    private static boolean appArmor(Machine machine) {
        return machine.find("/sys/module/apparmor/parameters/enabled")
                .filter(text -> text.strip().equals("Y"))
                .isPresent();
    }

    private static Finding enforcing(ExaminationContext scene) {
        Optional<String> enforce = selinux(scene.machine());
        if (enforce.isPresent()) {
            return Finding.of(enforce.get().equals("1"), "SELinux enforce " + enforce.get());
        }
        if (appArmor(scene.machine())) {
            return Finding.ok("AppArmor is on");
        }
        return scene.machine().exists("/sys/kernel")
                ? Finding.failed("the kernel enforces neither SELinux nor AppArmor")
                : Finding.unknown("/sys does not exist");
    }

    /** SELinux: {@code user:role:type:level}; AppArmor: {@code profile (mode)}. */
    private static Finding server(ExaminationContext scene) {
        ServerProcess server = scene.server().get();
        String context = scene.machine()
                .text(server.home() + "attr/current")
                .replace('\0', ' ')
                .strip();
        String shown = server + " runs in " + (context.isEmpty() ? "no domain" : context);
        if (DOMAIN.matcher(context).find()) {
            boolean permissive = permissive(scene, context);
            return Finding.of(!permissive, permissive ? shown + ", which is permissive" : shown);
        }
        return Finding.of(context.contains("casemate") && context.endsWith("(enforce)"), shown);
    }

    /** Whether the kernel lets this domain do everything: bit 0 of the flags, the last word of its decision on any class. */
    private static boolean permissive(ExaminationContext scene, String context) {
        String process = scene.machine().word("/sys/fs/selinux/class/process/index");
        String[] decision = scene.tools()
                .question("/sys/fs/selinux/access", context + " " + context + " " + process)
                .strip()
                .split("\\s+");
        return (Integer.parseInt(decision[5], 16) & 1) != 0;
    }

    private static Finding locked(ExaminationContext scene) {
        if (selinux(scene.machine()).isEmpty()) {
            return scene.machine().exists("/sys/kernel")
                    ? Finding.notApplicable("there is no SELinux here")
                    : Finding.unknown("/sys does not exist");
        }
        String value = scene.machine().word("/sys/fs/selinux/booleans/secure_mode_policyload");
        return Finding.of(value.startsWith("1"), "secure_mode_policyload " + value);
    }
}
