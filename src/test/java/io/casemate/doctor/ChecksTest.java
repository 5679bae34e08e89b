package io.casemate.doctor;

import static io.casemate.doctor.HealthyMachine.PROC;
import static io.casemate.doctor.HealthyMachine.hsm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.doctor.ExaminationContext.Sought;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check is good on a machine that is in order, fails for the one thing it looks for, and never passes unseen. */
class ChecksTest {
    private static final Set<String> TLS = Set.of("TLSv1.3");
    private static final Map<String, Consumer<HealthyMachine>> HARM = new LinkedHashMap<>();

    static {
        harm(
                "memory.kept",
                m -> m.put("/proc/swaps", "Filename\n/dev/vda2 partition 1 0 -2\n")
                        .status("VmLck", "0 kB"));
        harm("memory.locked", m -> m.status("VmLck", "0 kB"));
        harm("memory.swap", m -> m.put("/proc/swaps", "Filename Type\n/dev/vda2 partition 1000 0 -2\n"));
        harm("memory.zram", m -> m.put("/sys/block/zram0/disksize", "1073741824\n"));
        harm("memory.hibernation", m -> m.put("/sys/power/state", "mem disk\n").put("/sys/power/resume", "253:1\n"));
        harm(
                "core.process",
                m -> m.put("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P")
                        .status("Uid", m.me() + "\t" + m.me() + "\t0\t0"));
        harm("core.limit", m -> m.edit(PROC + "limits", "size        0 ", "size        unlimited "));
        harm("core.pattern", m -> m.put("/proc/sys/kernel/core_pattern", "core\n"));
        harm("core.suid", m -> m.put("/proc/sys/fs/suid_dumpable", "2\n"));
        harm("core.kept", m -> m.put("/var/lib/systemd/coredump/core.java.990.4242.zst", ""));
        harm("process.user", m -> m.status("Uid", "0\t0\t0\t0"));
        harm("process.capabilities", m -> m.status("CapEff", "0000000000200000"));
        harm("process.privileges", m -> m.status("NoNewPrivs", "0"));
        harm("process.syscalls", m -> m.status("Seccomp", "0"));
        harm("process.attach", m -> m.edit(PROC + "cmdline", "+DisableAttachMechanism", "+HeapDumpOnOutOfMemoryError"));
        harm("process.traced", m -> m.status("TracerPid", "99"));
        harm("process.environment", m -> m.put(PROC + "environ", "CASEMATE_HSM_PIN=123456\0"));
        harm("process.files", m -> m.edit(PROC + "limits", "65536                65536", "1024                 4096"));
        harm("process.replaced", m -> m.edit(PROC + "maps", "libjvm.so", "libjvm.so (deleted)"));
        harm("kernel.ptrace", m -> m.put("/proc/sys/kernel/yama/ptrace_scope", "1\n"));
        harm("kernel.kexec", m -> m.put("/proc/sys/kernel/kexec_load_disabled", "0\n"));
        harm("kernel.addresses", m -> m.put("/proc/sys/kernel/dmesg_restrict", "0\n"));
        harm("kernel.bpf", m -> m.put("/proc/sys/kernel/unprivileged_bpf_disabled", "0\n"));
        harm("kernel.modules", m -> m.put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n"));
        harm("kernel.fips", m -> m.put("/proc/sys/crypto/fips_enabled", "0\n"));
        harm("confinement.enforcing", m -> m.put("/sys/fs/selinux/enforce", "0"));
        harm("confinement.server", m -> m.put(PROC + "attr/current", "system_u:system_r:unconfined_service_t:s0\0"));
        harm("confinement.locked", m -> m.put("/sys/fs/selinux/booleans/secure_mode_policyload", "0 0"));
        harm("network.ssh", m -> m.program(700, "sshd"));
        harm("network.desktop", m -> m.program(701, "Xvnc"));
        harm(
                "network.listeners",
                m -> m.put(
                        "/proc/net/tcp6",
                        "head\n" + HealthyMachine.listener("00000000000000000000000000000000:0016", 0, 42)));
        harm("network.firewall", m -> m.answer("nft", "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}]}"));
        harm("network.outbound", m -> m.answer("nft", HealthyMachine.resource("nft-firewalld.json")));
        harm("host.tenancy", m -> m.program(800, "postgres"));
        harm("host.place", m -> m.put("/run/systemd/container", "podman\n"));
        harm("host.time", m -> m.answer("timedatectl", "no\n"));
        harm("host.clock", m -> m.fact("clock_jump", "PT1H at 2026-11-22T11:00:00Z"));
        harm("host.watch", m -> m.answer("auditctl -l", "-w /etc/casemate -p wa -k casemate\n"));
        harm(
                "host.history",
                m -> m.put("/home/anna/.bash_history", "ls\ncasemate login -method=userpass password=Winter1\n"));
        harm("files.store", m -> m.mode("/var/lib/casemate/entries.mv", "rw-r--r--"));
        harm("files.audit", m -> m.mode("/var/log/casemate", "rwxr-xr-x"));
        harm("files.config", m -> m.mode("/etc/casemate/casemate.yaml", "rw-r--r--"));
        harm("files.key", m -> m.mode("/etc/casemate/tls/server.key", "rw-rw----"));
        harm("files.program", m -> m.mode("/usr/share/casemate/casemate.jar", "rw-rw-r--"));
        harm("tls.plaintext", m -> m.wire(TLS, true, HealthyMachine.NOW.plusSeconds(90L * 86400)));
        harm(
                "tls.versions",
                m -> m.wire(Set.of("TLSv1", "TLSv1.3"), false, HealthyMachine.NOW.plusSeconds(90L * 86400)));
        harm("tls.certificate", m -> m.wire(TLS, false, HealthyMachine.NOW.plusSeconds(86400)));
        harm("tls.direct", m -> m.fact("certificate_sha256", "bb".repeat(32)));
        harm("seal.device", m -> m.fact("seals", List.of(Map.of("name", "people", "type", "shamir", "healthy", true))));
        harm("seal.healthy", m -> m.fact("seals", List.of(hsm(Map.of("healthy", false)))));
        harm("seal.shares", m -> m.fact("share_threshold", 1));
        harm("seal.emergency", m -> m.fact("emergency_shares", true));
        harm(
                "hsm.keys",
                m -> m.fact(
                        "seals",
                        List.of(hsm(Map.of("keys", List.of(Map.of("label", "casemate-root", "extractable", true)))))));
        harm("hsm.pin", m -> m.fact("seals", List.of(hsm(Map.of("pin_state", "final_try")))));
        harm("hsm.pin-source", m -> m.fact("seals", List.of(hsm(Map.of("pin_source", "env")))));
        harm("token.root", m -> m.fact("root_tokens", 1L));
        harm("audit.devices", m -> m.fact("audit_devices", List.of()));
        harm(
                "audit.raw",
                m -> m.fact("audit_devices", List.of(Map.of("path", "raw/", "log_raw", true, "failing", false))));
        harm(
                "audit.failing",
                m -> m.fact("audit_devices", List.of(Map.of("path", "file/", "log_raw", false, "failing", true))));
        harm("api.ceremonies", m -> m.fact("open_ceremonies", List.of("generate-root")));
        harm("api.metrics", m -> m.fact("open_metrics", true));
    }

    private static void harm(String id, Consumer<HealthyMachine> how) {
        HARM.put(id, how);
    }

    static Stream<String> ids() {
        return Checks.ALL.stream().map(Check::id);
    }

    private static Finding find(String id, HealthyMachine machine) {
        return Checks.named(id).orElseThrow().look(machine.scene());
    }

    @Test
    void everyCheckHasItsHarm() {
        assertEquals(ids().collect(Collectors.toSet()), HARM.keySet());
        assertEquals(ids().count(), ids().distinct().count(), "ids are unique");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void isGoodOnAHealthyMachine(String id, @TempDir Path root) {
        Finding finding = find(id, new HealthyMachine(root));
        assertEquals(Verdict.OK, finding.verdict(), finding.evidence());
        assertFalse(finding.evidence().isBlank());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void failsForWhatItLooksFor(String id, @TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        HARM.get(id).accept(machine);
        Finding finding = find(id, machine);
        assertEquals(Verdict.FAILED, finding.verdict(), finding.evidence());
        assertFalse(finding.evidence().isBlank());
    }

    /** A machine that shows nothing: no files, no process, no server. */
    @ParameterizedTest
    @MethodSource("ids")
    void neverPassesUnseen(String id, @TempDir Path root) {
        Machine machine = new Machine(root);
        ExaminationContext scene = new ExaminationContext(
                machine,
                Tools.none("there are none"),
                Sought.missing("no server"),
                Sought.missing("no server"),
                Sought.missing("not asked"),
                Sought.missing("not looked at"),
                HealthyMachine.NOW);
        Finding finding = Checks.named(id).orElseThrow().look(scene);
        assertEquals(Verdict.UNKNOWN, finding.verdict(), finding.evidence());
        assertFalse(finding.evidence().isBlank());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory.kept",
                "memory.locked",
                "core.process",
                "core.limit",
                "process.user",
                "process.capabilities",
                "process.privileges",
                "process.syscalls",
                "process.traced",
                "process.files",
                "files.store",
                "host.watch"
            })
    void takesNonsenseForNoProof(String id, @TempDir Path root) throws Exception {
        HealthyMachine machine = new HealthyMachine(root);
        for (String file : List.of("status", "limits", "fdinfo/3")) {
            machine.put(PROC + file, "\1?");
        }
        Finding finding = find(id, machine);
        assertNotEquals(Verdict.OK, finding.verdict(), finding.evidence());
    }

    @Test
    void theVirtualMachineKnowsItsOptionsBetterThanItsArguments(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.edit(PROC + "cmdline", "-XX:+DisableAttachMechanism", "@/usr/share/casemate/server.jvm");
        assertEquals(Verdict.UNKNOWN, find("process.attach", machine).verdict());
        machine.fact("vm_attach", false).fact("vm_heap_dump", false).fact("vm_agents", List.of());
        assertEquals(Verdict.OK, find("process.attach", machine).verdict());
        machine.fact("vm_heap_dump", true);
        assertEquals(Verdict.FAILED, find("process.attach", machine).verdict());
        assertEquals(List.of("-agentlib"), RunningVm.spies(List.of("-Xmx1g", "-agentlib:jdwp=server=y")));
    }

    @Test
    void swapIsHarmlessWhereTheGroupMayNotUseIt(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        HARM.get("memory.kept").accept(machine);
        machine.put("/sys/fs/cgroup/system.slice/casemate.service/memory.swap.max", "0\n");
        assertEquals(Verdict.OK, find("memory.kept", machine).verdict());
        machine.status("VmSwap", "4 kB");
        assertEquals(Verdict.FAILED, find("memory.kept", machine).verdict());
    }

    @Test
    void aGroupOfOthersReachesNeitherStoreNorKeyNorConfiguration(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.mode("/var/lib/casemate", "rwxr-x---");
        assertEquals(Verdict.FAILED, find("files.store", machine).verdict(), "no group at all");
        machine.status("Gid", "989\t989\t989\t989");
        assertEquals(Verdict.FAILED, find("files.key", machine).verdict());
        assertEquals(Verdict.FAILED, find("files.config", machine).verdict());
        Finding trail = find("files.audit", machine);
        assertEquals(Verdict.OK, trail.verdict());
        assertTrue(trail.evidence().contains("may look at /var/log/casemate: a log collector's, or nobody's"));
        machine.mode("/etc/casemate/tls/server.key", "rw-------");
        assertEquals(Verdict.OK, find("files.key", machine).verdict());
    }

    /** The process that has the PIN is looked at as the server is, and named. */
    @ParameterizedTest
    @MethodSource("ofEveryProcess")
    void theHsmsProcessIsLookedAtToo(String id, String file, String from, String to, @TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root).broker(4300);
        Finding good = find(id, machine);
        assertEquals(Verdict.OK, good.verdict(), good.evidence());
        assertTrue(good.evidence().contains("HSM's process 4300: "), good.evidence());
        machine.edit(file.startsWith("/") ? file : "/proc/4300/" + file, from, to);
        Finding bad = find(id, machine);
        assertEquals(Verdict.FAILED, bad.verdict(), bad.evidence());
    }

    /** A server must not be kept from starting by the process of another's HSM. */
    @Test
    void aServerThatLooksAtItselfLooksAtNoOther() throws Exception {
        Process broker =
                new ProcessBuilder("bash", "-c", "read -r line; :", "-jar", "/x/casemate-hsm-broker.jar").start();
        try {
            String named = "HSM's process " + broker.pid();
            OptionalLong another = OptionalLong.of(broker.pid());
            assertTrue(user(Examination.of(Path.of("/"), another)).contains(named));
            assertFalse(user(Examination.ofMyself()).contains(named));
        } finally {
            broker.destroyForcibly();
        }
    }

    private static String user(Examination examination) {
        return examination
                .look(check -> check.id().equals("process.user"), Instant.EPOCH)
                .finding("process.user")
                .orElseThrow()
                .evidence();
    }

    static Stream<Arguments> ofEveryProcess() {
        return Stream.of(
                Arguments.of("memory.kept", "status", "VmSwap:\t       0", "VmSwap:\t       8"),
                Arguments.of("memory.locked", "status", "VmLck:\t  900000", "VmLck:\t  0"),
                Arguments.of("core.limit", "limits", "size        0 ", "size        unlimited "),
                Arguments.of("process.user", "status", "Uid:\t990\t990", "Uid:\t0\t0"),
                Arguments.of(
                        "process.capabilities", "status", "CapEff:\t0000000000000000", "CapEff:\t0000000000200000"),
                Arguments.of("process.privileges", "status", "NoNewPrivs:\t1", "NoNewPrivs:\t0"),
                Arguments.of("process.syscalls", "status", "Seccomp:\t2", "Seccomp:\t0"),
                Arguments.of("process.attach", "/usr/share/casemate/hsm.jvm", "-XX:+Disable", "-XX:-Disable"),
                Arguments.of("process.traced", "status", "TracerPid:\t0", "TracerPid:\t9"),
                Arguments.of("process.environment", "environ", "LANG=", "_JAVA_OPTIONS=x\0LANG="),
                Arguments.of("process.replaced", "maps", "libjvm.so", "libjvm.so (deleted)"),
                Arguments.of("confinement.server", "attr/current", "casemate_hsm_t", "unconfined_service_t"));
    }

    @Test
    void aDomainThatIsPermissiveConfinesNothing(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root).answer("/sys/fs/selinux/access", "0 ffffffff 0 ffffffff 5 1");
        Finding finding = find("confinement.server", machine);
        assertEquals(Verdict.FAILED, finding.verdict());
        assertTrue(finding.evidence().endsWith("which is permissive"), finding.evidence());
    }

    @ParameterizedTest
    @CsvSource({
        "java, /opt/other/app.jar, FAILED",
        "java, /usr/share/casemate/casemate-client.jar, OK",
        "bash, /usr/local/bin/backup.sh, FAILED",
        "bash, -l, OK",
        "systemd-timedat, -x, OK"
    })
    void aNameThatIsAtHomeIsNotEnough(String name, String argument, Verdict wanted, @TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root)
                .program(900, name)
                .put("/proc/900/cmdline", "/usr/bin/" + name + "\0" + argument + "\0");
        Finding finding = find("host.tenancy", machine);
        assertEquals(wanted, finding.verdict(), finding.evidence());
    }

    @Test
    void whoHearsDatagramsListens(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root)
                .put("/proc/net/udp", "head\n" + HealthyMachine.unconnected("00000000:006F", 79));
        Finding finding = find("network.listeners", machine);
        assertEquals(Verdict.FAILED, finding.verdict());
        assertEquals("udp port 111 of user 0", finding.evidence());
    }

    /** The mark of a timesyncd that has stopped since stays. */
    @Test
    void theKernelKnowsTheClockBetterThanAMark(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root)
                .put("/run/systemd/timesync/synchronized", "")
                .answer("timedatectl", "no\n");
        assertEquals(Verdict.FAILED, find("host.time", machine).verdict());
    }

    @Test
    void aCrashKernelThatWasLoadedBeforeIsFound(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.put("/sys/kernel/kexec_crash_loaded", "1\n");
        Finding finding = find("kernel.kexec", machine);
        assertEquals(Verdict.FAILED, finding.verdict());
        assertEquals(
                "a crash kernel is loaded; /proc/sys/kernel/kexec_load_disabled is 1, wanted: 1", finding.evidence());
        machine.put("/sys/kernel/kexec_crash_loaded", "0\n");
        assertEquals(Verdict.OK, find("kernel.kexec", machine).verdict());
    }

    @Test
    void aFirewallThatEndsInRejectIsClosedAndOneThatAcceptsAllIsNot(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.answer("nft", HealthyMachine.resource("nft-firewalld.json"));
        assertEquals(Verdict.OK, find("network.firewall", machine).verdict());
        machine.answer(
                "nft",
                HealthyMachine.resource("nft-closed.json")
                        .replace(
                                "{\"rule\": {\"family\": \"inet\", \"table\": \"casemate\", \"chain\": \"input\", "
                                        + "\"handle\": 3",
                                "{\"rule\": {\"family\": \"inet\", \"table\": \"casemate\", "
                                        + "\"chain\": \"input\", \"expr\": [{\"accept\": null}]}}, {\"rule\": {\"family\": \"inet\", "
                                        + "\"table\": \"casemate\", \"chain\": \"input\", \"handle\": 3"));
        assertEquals(Verdict.FAILED, find("network.firewall", machine).verdict());
    }

    @Test
    void noSecretOfAnEnvironmentOrAHistoryIsEvidence(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.put(PROC + "environ", "CASEMATE_HSM_PIN=987654\0");
        machine.put("/root/.bash_history", "export VAULT_TOKEN=hvs.AAAAAAAAAAAAAAAAAAAAAAAA\n");
        assertFalse(find("process.environment", machine).evidence().contains("987654"));
        assertEquals(
                "lines that look like it: [/root/.bash_history:1]",
                find("host.history", machine).evidence());
    }

    @Test
    void thePartThatTheServerSawCountsOnlyWhereWeSawNothing(@TempDir Path root) {
        HealthyMachine machine = new HealthyMachine(root);
        machine.put("/proc/sys/kernel/yama/ptrace_scope", "0\n");
        Map<String, Object> told = new HashMap<>();
        told.put("id", "kernel.ptrace");
        told.put("verdict", "ok");
        told.put("evidence", "3");
        Map<String, Object> raw = Map.of("id", "audit.raw", "verdict", "ok", "evidence", "no device");
        Report report = Examination.of(root, OptionalLong.empty())
                .secondOpinion(Map.of("checks", List.of(told, raw)))
                .look(check -> true, Instant.EPOCH);
        assertEquals(
                Verdict.FAILED, report.finding("kernel.ptrace").orElseThrow().verdict());
        assertEquals(
                "no device (seen by the server)",
                report.finding("audit.raw").orElseThrow().evidence());
        assertEquals(Verdict.UNKNOWN, report.finding("token.root").orElseThrow().verdict());
    }
}
