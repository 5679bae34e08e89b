package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs others' programs. */
final class Tools {
    private Tools() {}

    /** What a command that ends with {@code expected} says, on both streams. */
    static String run(Path folder, int expected, String commandLine) throws Exception {
        Process process = new ProcessBuilder(commandLine.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(expected, process.waitFor(), () -> commandLine + "\n" + out);
        return out;
    }
}
