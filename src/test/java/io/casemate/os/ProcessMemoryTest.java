package io.casemate.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own: what is locked or forbidden stays so. */
class ProcessMemoryTest {
    /** What the kernel says of a process that did what its words ask for. */
    static final class Subject {
        private Subject() {}

        public static void main(String[] words) throws IOException {
            try {
                for (String word : words) {
                    switch (word) {
                        case "lock" -> ProcessMemory.lock();
                        case "forbid" -> ProcessMemory.forbidDumps();
                        default -> throw new IllegalArgumentException(word);
                    }
                }
            } catch (FaultException e) {
                System.out.println("refused: " + e.getMessage());
            }
            System.out.println("locked: " + ProcessMemory.locked());
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmLck") || line.startsWith("VmSwap"))
                    .forEach(System.out::println);
            Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max core"))
                    .forEach(System.out::println);
            System.out.println("filter: "
                    + Files.readString(Path.of("/proc/self/coredump_filter")).strip());
            System.out.println("user: " + ProcessUser.id());
            System.out.println("owner of mem: " + Files.getAttribute(Path.of("/proc/self/mem"), "unix:uid"));
        }
    }

    @TempDir
    static Path classes;

    @Test
    void lockedPagesAreCountedByTheKernel() throws IOException, InterruptedException {
        assumeTrue(mayLock(), "needs CAP_IPC_LOCK or RLIMIT_MEMLOCK unlimited");
        String told = run(List.of(), "lock");
        assertTrue(told.contains("locked: true"), told);
        assertTrue(told.matches("(?s).*VmLck:\\s+[1-9][0-9]{4,} kB.*"), told);
        assertTrue(told.matches("(?s).*VmSwap:\\s+0 kB.*"), told);
    }

    @Test
    void whatTheKernelRefusesIsSaidWithARemedy() throws IOException, InterruptedException {
        assumeTrue(isRoot(), "drops its own privileges, which only root can");
        String told = run(
                List.of(
                        "setpriv",
                        "--reuid",
                        "65534",
                        "--regid",
                        "65534",
                        "--clear-groups",
                        "--bounding-set",
                        "-all",
                        "prlimit",
                        "--memlock=65536:65536"),
                "lock");
        assertTrue(told.contains("refused: ") && told.contains("disable_mlock"), told);
        assertTrue(told.contains("locked: false"), told);
    }

    @Test
    void noCoreAndNoLookInside() throws IOException, InterruptedException {
        assumeTrue(isRoot(), "sees the difference as another user");
        List<String> nobody = List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
        String before = run(nobody);
        assertTrue(before.contains("owner of mem: 65534"), before);
        assertTrue(!before.contains("filter: 00000000"), before);
        String told = run(nobody, "forbid");
        assertTrue(told.contains("user: 65534"), "it still knows who it is: " + told);
        assertTrue(
                told.contains("owner of mem: 0"), "the kernel took /proc/PID/mem from the process's own user: " + told);
        assertTrue(told.matches("(?s).*Max core file size +0 +0 .*"), told);
        assertTrue(told.contains("filter: 00000000"), "no kind of memory goes into a core: " + told);
    }

    /** What the other user may read; the checkout may well be closed to everybody else. */
    @BeforeAll
    static void copyClasses() throws IOException {
        Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Class<?> each : List.of(ProcessMemory.class, FaultException.class, Subject.class)) {
            Path folder = Path.of(each.getPackageName().replace('.', '/'));
            Path target = Files.createDirectories(classes.resolve(folder));
            try (var files = Files.newDirectoryStream(root(each).resolve(folder), "*.class")) {
                for (Path file : files) {
                    Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.copy(root(Native.class), classes.resolve("jna.jar"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path root(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static String run(List<String> prefix, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-cp",
                classes + ":" + classes.resolve("jna.jar"),
                Subject.class.getName()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), told);
        return told;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static boolean mayLock() throws IOException {
        return isRoot()
                || Files.readAllLines(Path.of("/proc/self/limits")).stream()
                        .anyMatch(line -> line.matches("Max locked memory +unlimited.*"));
    }
}
