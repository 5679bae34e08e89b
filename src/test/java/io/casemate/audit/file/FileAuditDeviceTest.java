package io.casemate.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditDeviceTest {
    private static final long OVER_A_CHECK = 1100;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void place() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        file = folder.resolve("audit.log");
    }

    @Test
    void appends_to_a_file_that_only_its_owner_can_read() throws IOException {
        Files.writeString(file, "before\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        write(device(), "one");
        assertEquals(List.of("before", "one"), Files.readAllLines(file));
        assertEquals("rw-------", mode(file));
        Path fresh = folder.resolve("fresh");
        write(device(Map.of("file_path", fresh.toString(), "mode", "0640")), "one");
        assertEquals("rw-r-----", mode(fresh));
    }

    @Test
    void a_mode_of_0000_leaves_the_file_as_it_is() throws IOException {
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        write(device(Map.of("file_path", file.toString(), "mode", "0000")), "one");
        assertEquals("rw-r-----", mode(file));
    }

    @Test
    void many_threads_never_mix_their_lines() throws IOException {
        AuditDevice device = device();
        String filler = "x".repeat(3000);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 64; thread++) {
                String name = thread + "-";
                threads.execute(() -> {
                    for (int i = 0; i < 100; i++) {
                        write(device, name + i + filler);
                    }
                });
            }
        }
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 6400; i++) {
            expected.add(i / 100 + "-" + i % 100 + filler);
        }
        List<String> found = Files.readAllLines(file);
        assertEquals(6400, found.size());
        assertEquals(expected, new HashSet<>(found));
    }

    @Test
    void a_deleted_file_is_noticed_and_no_entry_is_lost_with_it() throws IOException, InterruptedException {
        AuditDevice device = device();
        write(device, "settled");
        Thread.sleep(OVER_A_CHECK);
        write(device, "one");
        Files.delete(file);
        write(device, "two");
        assertFalse(Files.exists(file), "too early to have been noticed");
        Thread.sleep(OVER_A_CHECK);
        write(device, "three");
        assertEquals(List.of("one", "two", "three"), Files.readAllLines(file));
        assertEquals("rw-------", mode(file));
    }

    @Test
    void a_replaced_file_is_noticed() throws IOException, InterruptedException {
        AuditDevice device = device();
        write(device, "one");
        Path other = Files.writeString(folder.resolve("other"), "other\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        Thread.sleep(OVER_A_CHECK);
        write(device, "two");
        assertEquals(List.of("other", "one", "two"), Files.readAllLines(file));
    }

    @Test
    void rotation_by_rename_and_reopen_puts_each_entry_in_one_file() throws IOException {
        AuditDevice device = device();
        write(device, "one");
        Files.move(file, folder.resolve("audit.1"));
        write(device, "two");
        device.reopen();
        write(device, "three");
        assertEquals(List.of("one", "two"), Files.readAllLines(folder.resolve("audit.1")));
        assertEquals(List.of("three"), Files.readAllLines(file));
    }

    @Test
    void a_full_device_refuses() {
        AuditDevice device = device(Map.of("file_path", "/dev/full"));
        for (int i = 0; i < 3; i++) {
            Fault.StorageFailed failed = assertInstanceOf(Fault.StorageFailed.class, refusal(device));
            assertEquals(Fault.StorageProblem.FULL, failed.problem());
            assertTrue(failed.detail().startsWith("audit file /dev/full: "), failed.detail());
        }
    }

    @Test
    void heals_when_its_folder_comes_back() throws IOException {
        Path gone = folder.resolve("later");
        AuditDevice device =
                device(Map.of("file_path", gone.resolve("audit.log").toString()));
        Fault.StorageFailed failed = assertInstanceOf(Fault.StorageFailed.class, refusal(device));
        assertTrue(failed.detail().contains("its folder does not exist"), failed.detail());
        Files.createDirectory(gone);
        write(device, "one");
        assertEquals(List.of("one"), Files.readAllLines(gone.resolve("audit.log")));
    }

    @Test
    void a_line_cut_short_is_ended_before_the_next() throws IOException {
        Files.writeString(file, "whole\nhalf of a li");
        write(device(), "one");
        assertEquals(List.of("whole", "half of a li", "one"), Files.readAllLines(file));
    }

    /** An interrupt would close a file channel for everybody. */
    @Test
    void an_interrupted_thread_writes_all_the_same() throws IOException {
        AuditDevice device = device();
        write(device, "one");
        Thread.currentThread().interrupt();
        write(device, "two");
        assertTrue(Thread.interrupted());
        write(device, "three");
        assertEquals(List.of("one", "two", "three"), Files.readAllLines(file));
    }

    @Test
    void refuses_what_others_could_have_placed_there() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createFile(folder.resolve("target")));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        List<Path> bad = new ArrayList<>(List.of(link, dangling, Files.createDirectory(folder.resolve("folder"))));
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        bad.add(open.resolve("audit.log"));
        for (Path path : bad) {
            Fault.StorageFailed failed = assertInstanceOf(
                    Fault.StorageFailed.class, refusal(device(Map.of("file_path", path.toString()))), path.toString());
            assertEquals(Fault.StorageProblem.FOREIGN, failed.problem(), path.toString());
        }
        assertFalse(Files.exists(folder.resolve("nowhere")));
        assertFalse(Files.exists(open.resolve("audit.log")));
    }

    @Test
    void a_closed_device_stays_closed() throws IOException {
        AuditDevice device = device();
        write(device, "one");
        device.close();
        assertThrows(IllegalStateException.class, () -> write(device, "two"));
        assertThrows(IllegalStateException.class, device::reopen);
        assertEquals(List.of("one"), Files.readAllLines(file));
    }

    @Test
    void bad_options_are_refused() {
        for (Map<String, String> bad : List.of(
                Map.<String, String>of(),
                Map.of("file_path", "relative.log"),
                Map.of("file_path", "/"),
                Map.of("file_path", "/x\0y"),
                Map.of("file_path", "/x", "mode", "rw"),
                Map.of("file_path", "/x", "mode", "0666"))) {
            FaultException thrown = assertThrows(FaultException.class, () -> device(bad));
            assertInstanceOf(Fault.BadRequest.class, thrown.fault());
        }
    }

    private AuditDevice device() {
        return device(Map.of("file_path", file.toString()));
    }

    private static AuditDevice device(Map<String, String> options) {
        return new FileDeviceFactory().create("file/", options);
    }

    private static void write(AuditDevice device, String text) {
        device.write(Scene.line(text));
    }

    private static Fault refusal(AuditDevice device) {
        return assertThrows(FaultException.class, () -> write(device, "refused"))
                .fault();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
