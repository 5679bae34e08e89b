package io.casemate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that set up and run the tests: a failure in them is told, and is one. */
class TestScriptsTest {
    @TempDir
    private Path bin;

    @BeforeEach
    void aMachineWithoutMaven() throws IOException {
        for (String tool : List.of("cat", "chmod", "dirname", "sed")) {
            Path real = List.of("/bin", "/usr/bin").stream()
                    .map(directory -> Path.of(directory, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            program(tool, "exec " + real + " \"$@\"");
        }
        program("id", "echo 0");
    }

    private void program(String name, String text) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/bash\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private String run(int exit, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("PATH", bin.toString());
        Process script = builder.start();
        String out = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(exit, script.waitFor(), out);
        return out;
    }

    @Test
    void packagesAreInstalledAlthoughTheListsCouldNotBeFetched() throws Exception {
        program("apt-get", "[ $1 = install ] || exit 100; echo >%1$s/mvn; chmod 700 %1$s/mvn".formatted(bin));
        String said = run(0, "/bin/bash", "tests/setup", "mvn");
        assertTrue(said.contains("apt-get update failed"), said);
        assertEquals("", run(0, "/bin/bash", "tests/setup", "mvn"));
    }

    @Test
    void whatCouldNotBeInstalledIsNamed() throws Exception {
        for (String outcome : List.of("exit 100", "exit 0")) {
            program("apt-get", outcome);
            String said = run(1, "/bin/bash", "tests/setup", "mvn");
            assertTrue(said.endsWith("missing packages; run:  sudo apt-get install maven\n"), said);
        }
    }

    @Test
    void aSuiteThatThereIsNotIsRefused() throws Exception {
        program("apt-get", "exit 0");
        String said = run(1, "/bin/bash", "tests/run", "unit", "uint");
        assertTrue(said.startsWith("there is no suite uint; the suites: clients cli "), said);
        assertTrue(said.contains(" unit "), said);
    }
}
