package io.casemate.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    /** A limit on file sizes cuts a write short just as a full disk does, and needs no privilege to set. */
    @Test
    void what_was_taken_is_there_and_the_rest_was_refused(@TempDir Path folder)
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path result = folder.resolve("result");
        Process child = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 64; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        folder.toString(),
                        result.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
        assertTrue(Integer.parseInt(Files.readString(result)) > 10, said);
    }

    /** A disk of its own, in a mount namespace; where that is not allowed, in a user namespace too. */
    @Test
    void the_reserve_is_given_up_with_an_alarm_and_taken_again(@TempDir Path folder)
            throws IOException, InterruptedException {
        boolean plain = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        Process child = new ProcessBuilder(
                        "unshare",
                        plain ? "-m" : "-rm",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=8m,mode=700 none '" + folder + "' && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reserves.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
        assertTrue(said.contains("make space now"), said);
    }
}
