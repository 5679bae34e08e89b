package io.casemate.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.log.LogSettings.Format;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogTailTest {
    private static final System.Logger OURS = System.getLogger("casemate.tail");

    @Test
    void whoReadsTooSlowlyMissesLinesAndIsToldHowMany() throws InterruptedException {
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, OutputStream.nullOutputStream());
                LogTail tail = new LogTail("warn", Format.TEXT)) {
            for (int i = 0; i < LogTail.MOST_WAITING + 7; i++) {
                OURS.log(Level.WARNING, "line {0}", i);
            }
            assertTrue(next(tail).endsWith("7 lines are missing here: they came faster than they were read\n"));
            assertTrue(next(tail).endsWith("line 0\n"));
        }
    }

    @Test
    void afterTheEndNothingComes() throws InterruptedException {
        LogTail tail = new LogTail("trace", Format.TEXT);
        tail.close();
        OURS.log(Level.WARNING, "unheard");
        assertEquals("", next(tail));
    }

    private static String next(LogTail tail) throws InterruptedException {
        return tail.next(Duration.ofMillis(100))
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .orElse("");
    }
}
