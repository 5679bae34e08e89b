package io.casemate.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    private static final long PID = 4711;

    @TempDir
    Path folder;

    @Test
    void speaksSystemdsProtocolInTheOrderOfItsCalls() {
        Path path = folder.resolve("notify");
        try (UnixDatagramServer systemd = new UnixDatagramServer(path)) {
            Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", path.toString()), PID);
            assertTrue(supervisor.present());
            supervisor.ready();
            supervisor.alive();
            supervisor.status("sealed: one\ntwo");
            supervisor.stopping();
            assertEquals("READY=1", systemd.receive());
            assertEquals("WATCHDOG=1", systemd.receive());
            assertEquals("STATUS=sealed: one two", systemd.receive(), "a line break would begin another assignment");
            assertEquals("STOPPING=1", systemd.receive());
        }
    }

    @Test
    void reachesAnAbstractName() {
        String name = "@casemate-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        try (UnixDatagramServer systemd = new UnixDatagramServer(Path.of(name))) {
            Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID).ready();
            assertEquals("READY=1", systemd.receive());
        }
    }

    @Test
    void longTextIsCut() {
        Path path = folder.resolve("notify");
        try (UnixDatagramServer systemd = new UnixDatagramServer(path)) {
            Supervisor.of(Map.of("NOTIFY_SOCKET", path.toString()), PID).status("x".repeat(10_000));
            assertEquals("STATUS=" + "x".repeat(512), systemd.receive());
        }
    }

    @Test
    void nobodyThereIsNobodysTrouble() {
        Supervisor none = Supervisor.of(Map.of("WATCHDOG_USEC", "1000000"), PID);
        assertFalse(none.present());
        assertEquals(Optional.empty(), none.watchdog());
        none.ready();
        Supervisor.of(Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()), PID)
                .ready();
    }

    @Test
    void theWatchdogIsOursOrNobodys() {
        assertEquals(Optional.of(Duration.ofSeconds(30)), watchdog("30000000", "4711"));
        assertEquals(Optional.empty(), watchdog("30000000", "4712"));
        assertEquals(Optional.empty(), watchdog("0", "4711"));
        assertEquals(Optional.empty(), watchdog("soon", "4711"));
        assertEquals(
                Optional.of(Duration.ofSeconds(2)),
                Supervisor.of(Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", "2000000"), PID)
                        .watchdog());
    }

    private static Optional<Duration> watchdog(String microseconds, String pid) {
        return Supervisor.of(Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", microseconds, "WATCHDOG_PID", pid), PID)
                .watchdog();
    }
}
