package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.doctor.SelfReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door for root's doctor; that another user is refused is shown by tests/hardening/install, which can be two users. */
class DoctorDoorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private DoctorDoor open(Supplier<Map<String, Object>> answer) {
        return DoctorDoor.open(Map.of("RUNTIME_DIRECTORY", folder + ":/elsewhere"), answer)
                .orElseThrow();
    }

    @Test
    void itsOwnUserIsAnsweredAsOftenAsHeAsks() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Path socket = folder.resolve("doctor");
        try (DoctorDoor _ = open(() -> Map.of("asked", (long) asked.incrementAndGet()))) {
            assertEquals(Map.of("asked", 1L), SelfReport.ask(socket, PATIENCE));
            assertEquals(Map.of("asked", 2L), SelfReport.ask(socket, PATIENCE));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        }
        assertFalse(Files.exists(socket), "nothing is left behind");
    }

    @Test
    void anExaminationThatFailsDoesNotShutIt() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (DoctorDoor _ = open(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("the store has gone");
            }
            return Map.of();
        })) {
            Path socket = folder.resolve("doctor");
            assertThrows(IOException.class, () -> SelfReport.ask(socket, PATIENCE));
            assertEquals(Map.of(), SelfReport.ask(socket, PATIENCE));
        }
    }

    @Test
    void whatAKilledRunLeftIsReplaced() throws IOException {
        Files.createFile(folder.resolve("doctor"));
        try (DoctorDoor _ = open(Map::of)) {
            assertEquals(Map.of(), SelfReport.ask(folder.resolve("doctor"), PATIENCE));
        }
    }

    @Test
    void thereIsNoneWithoutAPlaceForIt() {
        assertTrue(DoctorDoor.open(Map.of(), Map::of).isEmpty());
        Map<String, String> away =
                Map.of("RUNTIME_DIRECTORY", folder.resolve("away").toString());
        assertTrue(DoctorDoor.open(away, Map::of).isEmpty(), "the server serves all the same");
    }
}
