package io.casemate.doctor;

import io.casemate.doctor.ExaminationContext.Sought;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A machine on which every check is good, as real files below a directory: what a hardened kernel and a server started by its
 * unit show in {@code /proc}, {@code /sys} and {@code /etc}. Answers of programs are what the real ones printed.
 */
final class HealthyMachine {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final String PROC = "/proc/4242/";

    private final Path root;
    private final Map<String, String> answers = new HashMap<>();
    private Map<String, Object> facts = new LinkedHashMap<>();
    private Set<String> versions = new TreeSet<>(Set.of("TLSv1.2", "TLSv1.3"));
    private boolean plaintext;
    private Instant certificateEnd = NOW.plusSeconds(90L * 86400);

    HealthyMachine(Path root) {
        this.root = root;
        kernel();
        system();
        process();
        files();
        told();
    }

    private void kernel() {
        put("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        put("/proc/sys/kernel/core_pattern", "|/bin/false\n");
        put("/proc/sys/kernel/hostname", "vault1\n");
        put("/proc/sys/fs/suid_dumpable", "0\n");
        put("/proc/sys/kernel/yama/ptrace_scope", "3\n");
        put("/proc/sys/kernel/kexec_load_disabled", "1\n");
        put("/proc/sys/kernel/kptr_restrict", "2\n");
        put("/proc/sys/kernel/dmesg_restrict", "1\n");
        put("/proc/sys/kernel/unprivileged_bpf_disabled", "1\n");
        put("/proc/sys/kernel/modules_disabled", "0\n");
        put("/proc/sys/crypto/fips_enabled", "1\n");
        put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        put("/sys/power/state", "freeze mem\n");
        put("/sys/block/vda/size", "1\n");
        put("/sys/fs/selinux/enforce", "1");
        put("/sys/fs/selinux/booleans/secure_mode_policyload", "1 1");
        put("/etc/crypto-policies/state/current", "FIPS\n");
        String head =
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        put("/proc/net/tcp", head + listener("00000000:2008", 990, 5150) + listener("0100007F:0035", 0, 77));
        put("/proc/net/tcp6", head);
        put("/proc/net/udp", head + unconnected("0100007F:0143", 78));
        put("/sys/fs/selinux/class/process/index", "2");
    }

    static String unconnected(String place, int inode) {
        return listener(place, 0, inode).replace(" 0A ", " 07 ");
    }

    static String listener(String place, int user, int inode) {
        return "   0: " + place + " 00000000:0000 0A 00000000:00000000 00:00000000 00000000  " + user + "        0 "
                + inode + " 1 0000000000000000 100 0 0 10 0\n";
    }

    private void system() {
        put("/proc/1/cmdline", "/usr/lib/systemd/systemd\0--switched-root\0");
        put("/proc/1/comm", "systemd\n");
        put("/proc/2/cmdline", "");
        put("/proc/2/comm", "kthreadd\n");
        put("/proc/cpuinfo", "model name\t: some\nflags\t\t: fpu vme sse2\n");
        put("/root/.bash_history", "casemate status\nexport VAULT_TOKEN=$(cat /run/token)\ncasemate login\n");
        put("/var/lib/systemd/coredump/core.sshd.0.1.zst", "");
        dir("/run");
        answers.put("timedatectl", "yes\n");
        answers.put("/sys/fs/selinux/access", "0 ffffffff 0 ffffffff 5 0");
        answers.put("nft", resource("nft-closed.json"));
        answers.put("auditctl -s", "enabled 2\nfailure 1\npid 500\n");
        answers.put(
                "auditctl -l",
                "-w /etc/casemate -p wa -k casemate\n-a always,exit -F dir=/var/lib/casemate -F perm=rwa\n");
    }

    private void process() {
        put(
                PROC + "cmdline",
                String.join(
                                "\0",
                                "/usr/lib/jvm/jre-25/bin/java",
                                "-XX:+DisableAttachMechanism",
                                "-jar",
                                "/usr/share/casemate/casemate.jar",
                                "server",
                                "--config",
                                "/etc/casemate/casemate.yaml")
                        + "\0");
        put(PROC + "comm", "java\n");
        put(PROC + "status", """
                Name:\tjava
                TracerPid:\t0
                Uid:\t990\t990\t990\t990
                Gid:\t%1$d\t%1$d\t%1$d\t%1$d
                VmLck:\t  900000 kB
                VmRSS:\t  150000 kB
                VmSwap:\t       0 kB
                CapPrm:\t0000000000000000
                CapEff:\t0000000000000000
                CapAmb:\t0000000000000000
                NoNewPrivs:\t1
                Seccomp:\t2
                """.formatted(
                        new Machine(root).permissions("/proc").orElseThrow().group()));
        put(PROC + "limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max core file size        0                    0                    bytes
                Max open files            65536                65536                files
                """);
        put(PROC + "environ", "LANG=C.UTF-8\0CREDENTIALS_DIRECTORY=/run/credentials/casemate.service\0");
        put(PROC + "cgroup", "0::/system.slice/casemate.service\n");
        put(PROC + "attr/current", "system_u:system_r:casemate_t:s0\0");
        put(PROC + "maps", """
                7f0000000000-7f0000001000 r-xp 00000000 fd:00 10  /usr/lib/jvm/jre-25/lib/server/libjvm.so
                7f0000002000-7f0000003000 rw-p 00000000 00:00 0
                """);
        open(3, "/var/lib/casemate/entries.mv", "0100002");
        open(4, "/var/log/casemate/audit.log", "02001");
        open(5, "/usr/share/casemate/casemate.jar", "0100000");
        open(6, "socket:[5150]", "02");
    }

    private void open(int number, String target, String flags) {
        try {
            Files.createDirectories(at(PROC + "fd"));
            Files.createSymbolicLink(at(PROC + "fd/" + number), Path.of(target));
            put(PROC + "fdinfo/" + number, "pos:\t0\nflags:\t" + flags + "\nmnt_id:\t30\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void files() {
        put("/etc/casemate/casemate.yaml", "storage: {}\n").mode("/etc/casemate/casemate.yaml", "rw-r-----");
        put("/etc/casemate/tls/server.key", "").mode("/etc/casemate/tls/server.key", "rw-r-----");
        put("/var/lib/casemate/entries.mv", "").mode("/var/lib/casemate/entries.mv", "rw-------");
        mode("/var/lib/casemate", "rwx------");
        put("/var/log/casemate/audit.log", "").mode("/var/log/casemate/audit.log", "rw-------");
        mode("/var/log/casemate", "rwxr-x---");
        put("/usr/share/casemate/casemate.jar", "").mode("/usr/share/casemate/casemate.jar", "rw-r--r--");
        put("/usr/lib/jvm/jre-25/lib/server/libjvm.so", "");
        mode("/usr/lib/jvm/jre-25/lib/server/libjvm.so", "rwxr-xr-x");
        mode("/usr/share/casemate", "rwxr-xr-x").mode("/usr/lib/jvm/jre-25/lib/server", "rwxr-xr-x");
    }

    private void told() {
        facts.put("clock_jump", "");
        facts.put("certificate_sha256", "aa".repeat(32));
        facts.put("tls_key", "/etc/casemate/tls/server.key");
        facts.put("share_threshold", 3);
        facts.put("shares", 5);
        facts.put("emergency_shares", false);
        facts.put("root_tokens", 0L);
        facts.put("root_tokens_complete", true);
        facts.put(
                "audit_devices", List.of(Map.of("path", "file/", "type", "file", "log_raw", false, "failing", false)));
        facts.put("audit_files", List.of("/var/log/casemate/audit.log"));
        facts.put("open_ceremonies", List.of());
        facts.put("open_metrics", false);
        facts.put("seals", List.of(hsm(Map.of())));
    }

    /** A seal in an HSM as the server tells of it, with some members changed. */
    static Map<String, Object> hsm(Map<String, Object> changed) {
        Map<String, Object> seal = new HashMap<>();
        seal.put("name", "primary");
        seal.put("type", "pkcs11");
        seal.put("healthy", true);
        seal.put("pin_source", "credential");
        seal.put("pin_state", "fine");
        seal.put(
                "keys",
                List.of(Map.of("label", "casemate-root", "sensitive", true, "extractable", false, "local", true)));
        seal.putAll(changed);
        return seal;
    }

    HealthyMachine put(String path, String text) {
        try {
            Files.createDirectories(at(path).getParent());
            Files.write(at(path), text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HealthyMachine mode(String path, String permissions) {
        try {
            Files.setPosixFilePermissions(at(path), PosixFilePermissions.fromString(permissions));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces text in a file, which must be there. */
    HealthyMachine edit(String path, String from, String to) {
        try {
            String text = Files.readString(at(path), StandardCharsets.ISO_8859_1);
            if (!text.contains(from)) {
                throw new IllegalArgumentException(path + " has no " + from);
            }
            return put(path, text.replace(from, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HealthyMachine status(String field, String value) {
        try {
            String text = Files.readString(at(PROC + "status"));
            return put(PROC + "status", text.replaceAll("(?m)^" + field + ":.*$", field + ":\t" + value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of the HSM, as the package's unit starts it; everything else of it is as the server's. */
    HealthyMachine broker(int pid) {
        String home = "/proc/" + pid + "/";
        try {
            for (String file : List.of("status", "limits", "environ", "cgroup", "maps", "comm")) {
                put(home + file, Files.readString(at(PROC + file), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        put(home + "attr/current", "system_u:system_r:casemate_hsm_t:s0\0");
        put("/usr/share/casemate/hsm.jvm", "# the JVM\n-XX:+DisableAttachMechanism\n");
        return put(
                home + "cmdline",
                "java\0@/usr/share/casemate/hsm.jvm\0-jar\0/usr/share/casemate/casemate.jar\0hsm-broker\0");
    }

    HealthyMachine program(int pid, String name) {
        return put("/proc/" + pid + "/cmdline", "/usr/sbin/" + name + "\0").put("/proc/" + pid + "/comm", name + "\n");
    }

    HealthyMachine answer(String command, String text) {
        answers.put(command, text);
        return this;
    }

    HealthyMachine fact(String name, Object value) {
        facts.put(name, value);
        return this;
    }

    HealthyMachine wire(Set<String> offered, boolean plain, Instant end) {
        versions = new TreeSet<>(offered);
        plaintext = plain;
        certificateEnd = end;
        return this;
    }

    /** Who owns the fixture's files. */
    int me() {
        return new Machine(root).permissions("/proc").orElseThrow().owner();
    }

    Path root() {
        return root;
    }

    ExaminationContext scene() {
        Machine machine = new Machine(root);
        Wire wire =
                new Wire("127.0.0.1:8200", versions, plaintext, "aa".repeat(32), NOW.minusSeconds(60), certificateEnd);
        Sought<ServerProcess> server = ServerProcess.sole(machine);
        return new ExaminationContext(
                machine,
                this::asked,
                server,
                Brokers.beside(server, machine),
                Sought.of(new Facts(facts)),
                Sought.of(wire),
                NOW);
    }

    private String asked(String program, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(arguments);
        String answer = answers.getOrDefault(String.join(" ", words), answers.get(program));
        if (answer == null) {
            throw new UnreadableException(program + " is not installed");
        }
        return answer;
    }

    static String resource(String name) {
        try (var in = HealthyMachine.class.getResourceAsStream("/doctor/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path dir(String path) {
        try {
            return Files.createDirectories(at(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }
}
