package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.os.Supervisor;
import io.casemate.os.UnixDatagramServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceReportTest {
    @TempDir
    Path folder;

    @Test
    void theWatchdogHearsOfAServerOnlyWhileItAnswers() throws InterruptedException {
        Path path = folder.resolve("notify");
        try (UnixDatagramServer systemd = new UnixDatagramServer(path)) {
            AtomicBoolean answers = new AtomicBoolean(true);
            AtomicReference<String> status = new AtomicReference<>("sealed");
            Supervisor supervisor =
                    Supervisor.of(Map.of("NOTIFY_SOCKET", path.toString(), "WATCHDOG_USEC", "300000"), 1);
            try (ServiceReport _ = ServiceReport.start(supervisor, answers::get, status::get)) {
                assertEquals("READY=1", awaited(systemd));
                assertEquals("WATCHDOG=1", awaited(systemd));
                assertEquals("STATUS=sealed", awaited(systemd));
                assertEquals("WATCHDOG=1", awaited(systemd));
                answers.set(false);
                status.set("unsealed");
                Thread.sleep(400);
                List<String> rest = all(systemd);
                assertTrue(rest.contains("STATUS=unsealed"), rest.toString());
                Thread.sleep(400);
                assertFalse(all(systemd).contains("WATCHDOG=1"), "it does not answer");
            }
            assertEquals(List.of("STOPPING=1"), all(systemd));
        }
    }

    /** The seal's state cannot be read while the disk fails: that is no reason to end a server that answers. */
    @Test
    void aStatusThatCannotBeToldEndsNothing() throws InterruptedException {
        Path path = folder.resolve("notify");
        try (UnixDatagramServer systemd = new UnixDatagramServer(path)) {
            AtomicBoolean failed = new AtomicBoolean();
            Supervisor supervisor =
                    Supervisor.of(Map.of("NOTIFY_SOCKET", path.toString(), "WATCHDOG_USEC", "300000"), 1);
            try (ServiceReport _ = ServiceReport.start(supervisor, () -> true, () -> {
                if (failed.compareAndSet(false, true)) {
                    throw new IllegalStateException("for tests");
                }
                return "sealed";
            })) {
                assertEquals("READY=1", awaited(systemd));
                assertEquals("WATCHDOG=1", awaited(systemd));
                assertEquals("WATCHDOG=1", awaited(systemd));
                assertEquals("STATUS=sealed", awaited(systemd));
            }
        }
    }

    @Test
    void withoutAManagerNothingIsAsked() {
        AtomicBoolean asked = new AtomicBoolean();
        try (ServiceReport _ =
                ServiceReport.start(Supervisor.of(Map.of(), 1), () -> asked.getAndSet(true), () -> "unsealed")) {
            assertFalse(asked.get());
        }
    }

    private static String awaited(UnixDatagramServer systemd) throws InterruptedException {
        String text = "";
        for (int i = 0; i < 500 && text.isEmpty(); i++) {
            text = systemd.receive();
            Thread.sleep(text.isEmpty() ? 10 : 0);
        }
        return text;
    }

    private static List<String> all(UnixDatagramServer systemd) {
        List<String> texts = new ArrayList<>();
        for (String text = systemd.receive(); !text.isEmpty(); text = systemd.receive()) {
            texts.add(text);
        }
        return texts;
    }
}
