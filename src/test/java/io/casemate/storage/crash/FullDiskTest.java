package io.casemate.storage.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are really full. In a process of its own, because a mount and a limit belong to one. */
class FullDiskTest {
    @TempDir
    Path directory;

    /** A tmpfs of 16 MB in a mount namespace of its own; where that is not allowed, in a user namespace too. */
    @Test
    void a_full_file_system_refuses_serves_and_heals() throws IOException, InterruptedException {
        String mount = "mount -t tmpfs -o size=16m none '" + directory + "' && exec \"$@\"";
        boolean plain = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        List<String> command = new ArrayList<>(List.of("unshare", plain ? "-m" : "-rm", "sh", "-c", mount, "sh"));
        run(command, "ballast");
    }

    /** A limit that the free space of the file system does not tell of: the write itself fails. */
    @Test
    void a_file_size_limit_refuses_serves_and_heals() throws IOException, InterruptedException {
        run(new ArrayList<>(List.of("prlimit", "--fsize=6000000:unlimited")), "limit");
    }

    private void run(List<String> command, String how) throws IOException, InterruptedException {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-ea", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp"));
        command.addAll(List.of(
                System.getProperty("java.class.path"), FullDiskChild.class.getName(), directory.toString(), how));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
    }
}
