package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user puts other things than a history where root's doctor looks for one. */
class HistoriesTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private HealthyMachine machine;
    private Path history;

    @BeforeEach
    void home() throws IOException {
        machine = new HealthyMachine(root);
        history = Files.createDirectories(root.resolve("home/anna")).resolve(".bash_history");
    }

    private Finding look() {
        return assertTimeoutPreemptively(
                SOON, () -> Checks.named("host.history").orElseThrow().look(machine.scene()));
    }

    private void pipe() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", history.toString()).start().waitFor());
    }

    @Test
    void aPipeIsNotOpened() throws Exception {
        pipe();
        assertEquals(Finding.unknown("/home/anna/.bash_history is no file: not opened"), look());
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Files.createSymbolicLink(history, Path.of("/dev/zero"));
        assertEquals(Verdict.UNKNOWN, look().verdict());
        Files.delete(history);
        Files.createSymbolicLink(history, Path.of("/dev/null"));
        assertEquals(Verdict.OK, look().verdict(), "a shell without a history");
    }

    /** The user exchanges the file after the look at its kind, which the reading does not rely on. */
    @Test
    void openingIsNotWaitedFor() throws Exception {
        pipe();
        UserFile file = new UserFile(history, "/home/anna/.bash_history", Duration.ofMillis(300));
        UnreadableException e =
                assertTimeoutPreemptively(SOON, () -> assertThrows(UnreadableException.class, file::patiently));
        assertTrue(e.getMessage().contains("was not read within"), e.getMessage());
    }

    @Test
    void aLongLineTakesItsTimeOnce() throws Exception {
        Files.writeString(history, "casemate operator unseal ".repeat(160_000));
        assertEquals(Verdict.OK, look().verdict());
    }

    @Test
    void whatStandsBehindTheProgramCounts() throws Exception {
        Files.writeString(
                history,
                "casemate x; vault login password=Winter1\npassword=Winter1 casemate\n" + "casemate operator unseal "
                        + "a".repeat(43) + "\n" + "a ".repeat(43) + "operator unseal\n");
        assertEquals(
                "lines that look like it: [/home/anna/.bash_history:1, /home/anna/.bash_history:3]", look().evidence());
    }

    @Test
    void thereMayBeNone() {
        assertEquals(Optional.empty(), new UserFile(history, "x", SOON).text());
    }
}
