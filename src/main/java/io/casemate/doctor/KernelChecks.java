package io.casemate.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The kernel's own doors. */
final class KernelChecks {
    static final List<Check> ALL = List.of(
            Check.at("kernel.ptrace", Practice.KERNEL, Severity.HIGH)
                    .title("Processes may look into each other")
                    .why("Any process of the same user could read the server's keys from its memory.")
                    .from("/proc/sys/kernel/yama/ptrace_scope")
                    .remedy("hardening/harden --apply ptrace")
                    .probe(scene -> atLeast(scene, "/proc/sys/kernel/yama/ptrace_scope", 2)),
            Check.at("kernel.kexec", Practice.KERNEL, Severity.MEDIUM)
                    .title("Another kernel can be started in place of this one, or waits for a crash")
                    .why("A kernel started by kexec finds the keys still in memory; crash kernels write them out.")
                    .from("/proc/sys/kernel/kexec_load_disabled, /sys/kernel/kexec_crash_loaded")
                    .remedy("hardening/harden --apply kexec")
                    .probe(KernelChecks::kexec),
            Check.at("kernel.addresses", Practice.KERNEL, Severity.LOW)
                    .title("The kernel tells its addresses")
                    .why("They make holes in the kernel easy to use.")
                    .from("/proc/sys/kernel/kptr_restrict and dmesg_restrict")
                    .remedy("hardening/harden --apply kernel")
                    .probe(KernelChecks::addresses),
            Check.at("kernel.bpf", Practice.KERNEL, Severity.MEDIUM)
                    .title("Every user may load programs into the kernel")
                    .why("Programs for BPF have been a way to read all memory more than once.")
                    .from("/proc/sys/kernel/unprivileged_bpf_disabled")
                    .remedy("hardening/harden --apply kernel")
                    .probe(scene -> atLeast(scene, "/proc/sys/kernel/unprivileged_bpf_disabled", 1)),
            Check.at("kernel.modules", Practice.KERNEL, Severity.LOW)
                    .title("Modules can be loaded into the running kernel")
                    .why("A module sees everything, the server's memory too.")
                    .from("/proc/sys/kernel/modules_disabled and /sys/kernel/security/lockdown")
                    .remedy("Boot with lockdown=integrity (Secure Boot does), or set kernel.modules_disabled=1 late")
                    .probe(KernelChecks::modules),
            Check.at("kernel.fips", Practice.KERNEL, Severity.LOW)
                    .title("The machine's crypto policy says FIPS and the kernel does not")
                    .why("Half a FIPS mode satisfies no auditor and is not tested by anybody.")
                    .from("/proc/sys/crypto/fips_enabled and /etc/crypto-policies/state/current")
                    .remedy("Install the machine in FIPS mode; it cannot be turned on half way")
                    .probe(KernelChecks::fips));

    private KernelChecks() {}

    private static Finding atLeast(ExaminationContext scene, String file, long wanted) {
        Optional<String> value = scene.machine().find(file);
        if (value.isEmpty()) {
            return scene.machine().exists("/proc/sys/kernel")
                    ? Finding.failed(file + " does not exist: the kernel lacks it")
                    : Finding.unknown("/proc/sys/kernel does not exist");
        }
        return Finding.of(
                Long.parseLong(value.get().strip()) >= wanted,
                file + " is " + value.get().strip() + ", wanted: " + wanted);
    }

    /** What was loaded before loading was turned off stays. */
    private static Finding kexec(ExaminationContext scene) {
        Finding later = atLeast(scene, "/proc/sys/kernel/kexec_load_disabled", 1);
        boolean waiting = scene.machine()
                .find("/sys/kernel/kexec_crash_loaded")
                .filter(text -> !text.strip().equals("0"))
                .isPresent();
        return waiting ? Finding.failed("a crash kernel is loaded; " + later.evidence()) : later;
    }

    private static Finding addresses(ExaminationContext scene) {
        Finding pointers = atLeast(scene, "/proc/sys/kernel/kptr_restrict", 1);
        Finding messages = atLeast(scene, "/proc/sys/kernel/dmesg_restrict", 1);
        Verdict worst = Stream.of(pointers, messages)
                .map(Finding::verdict)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new Finding(worst, pointers.evidence() + "; " + messages.evidence());
    }

    private static Finding modules(ExaminationContext scene) {
        Optional<String> there = scene.machine().find("/proc/sys/kernel/modules_disabled");
        if (there.isEmpty() && scene.machine().exists("/proc/sys/kernel")) {
            return Finding.ok("the kernel cannot load modules at all");
        }
        String disabled = scene.machine().word("/proc/sys/kernel/modules_disabled");
        String lockdown = scene.machine()
                .find("/sys/kernel/security/lockdown")
                .map(String::strip)
                .orElse("not there");
        boolean locked = lockdown.contains("[integrity]") || lockdown.contains("[confidentiality]");
        return Finding.of(disabled.equals("1") || locked, "modules_disabled " + disabled + ", lockdown " + lockdown);
    }

    private static Finding fips(ExaminationContext scene) {
        boolean kernel = scene.machine()
                .find("/proc/sys/crypto/fips_enabled")
                .filter(text -> text.strip().equals("1"))
                .isPresent();
        Optional<String> policy =
                scene.machine().find("/etc/crypto-policies/state/current").map(String::strip);
        boolean asked = policy.filter(name -> name.startsWith("FIPS")).isPresent();
        if (!kernel && !asked) {
            return scene.machine().exists("/proc/sys")
                    ? Finding.notApplicable("nobody asked for FIPS mode here")
                    : Finding.unknown("/proc/sys does not exist");
        }
        return Finding.of(kernel, "fips_enabled " + (kernel ? 1 : 0) + ", crypto policy " + policy.orElse("unknown"));
    }
}
