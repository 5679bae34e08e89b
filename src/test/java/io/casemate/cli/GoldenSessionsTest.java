package io.casemate.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every session under {@code src/test/resources/cli}, played against a server with recorded answers. */
class GoldenSessionsTest {
    private static final Path SESSIONS = Path.of("src/test/resources/cli");

    @TempDir
    private static Path directory;

    @TestFactory
    List<DynamicTest> sessions() throws IOException {
        try (Stream<Path> files = Files.list(SESSIONS)) {
            return files.filter(file -> file.toString().endsWith(".session"))
                    .sorted()
                    .flatMap(GoldenSessionsTest::steps)
                    .toList();
        }
    }

    private static Stream<DynamicTest> steps(Path file) {
        return SessionFile.read(file).stream()
                .map(step -> DynamicTest.dynamicTest(
                        file.getFileName() + ":" + step.line() + " " + step.command(), () -> play(step)));
    }

    /** With a server of its own: the JDK's keeps two hundred idle connections, and a command leaves one behind. */
    private static void play(SessionFile.Step step) throws IOException {
        try (RecordedServer server = RecordedServer.plain()) {
            Map<String, String> environment = new HashMap<>(Map.of(
                    "VAULT_ADDR", server.address(),
                    "VAULT_CACERT", server.certificate().toString(),
                    "HOME", directory.toString(),
                    "VAULT_TOKEN", "hvs.test"));
            environment.putAll(step.environment());
            server.expect(step.answers());
            Run run = Run.of(environment, step.input(), step.typed(), step.words());
            assertAll(
                    step::command,
                    () -> assertEquals(step.requests(), server.requests, "requests"),
                    () -> assertEquals(step.out(), hide(server, run.out()), "standard output"),
                    () -> assertEquals(step.err(), hide(server, run.err()), "standard error"),
                    () -> assertEquals(step.exit(), run.exit(), "exit code"));
        }
    }

    private static String hide(RecordedServer server, String text) {
        return text.replace(server.address(), "ADDRESS").replace(directory.toString(), "HOME");
    }
}
