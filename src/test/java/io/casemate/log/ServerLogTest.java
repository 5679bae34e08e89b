package io.casemate.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import io.casemate.log.LogSettings.Format;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerLogTest {
    private static final System.Logger OURS = System.getLogger("casemate.test");
    private static final System.Logger HELIDON = System.getLogger("io.helidon.test");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void jsonLinesCarryTheRequest() {
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, out)) {
            ScopedValue.where(RequestId.CURRENT, "id-1").run(() -> OURS.log(Level.INFO, "took {0} ms", 7));
            OURS.log(Level.DEBUG, "not shown");
            HELIDON.log(Level.WARNING, "not shown");
            OURS.log(Level.WARNING, "broken", new IllegalStateException("hunter2"));
        }
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        assertEquals(2, lines.length);
        Map<String, Object> first = Json.object(lines[0].getBytes(StandardCharsets.UTF_8));
        assertEquals("info", first.get("level"));
        assertEquals("casemate.test", first.get("logger"));
        assertEquals("took 7 ms", first.get("message"));
        assertEquals("id-1", first.get("request_id"));
        Map<String, Object> second = Json.object(lines[1].getBytes(StandardCharsets.UTF_8));
        assertFalse(second.containsKey("request_id"));
        assertTrue(second.get("error").toString().startsWith("java.lang.IllegalStateException\n\tat "));
        assertFalse(lines[1].contains("hunter2"), "messages of exceptions may quote secrets");
    }

    @Test
    void whatHelidonSaysOfAPortInUseIsLeftToTheHttpRoom() {
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, out)) {
            System.getLogger("io.helidon.webserver.LoomServer").log(Level.ERROR, "Failed to start listener");
        }
        assertEquals(0, out.size());
    }

    @Test
    void textLinesCannotBeForged() {
        try (ServerLog _ = ServerLog.start(new LogSettings(Format.TEXT, Level.DEBUG), out)) {
            OURS.log(Level.DEBUG, "path {0}", "a\n2026-01-01T00:00:00Z error forged\r\u001b[2J\u2028x");
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count());
        assertTrue(
                text.endsWith(
                        " debug casemate.test: path a\\n2026-01-01T00:00:00Z error forged\\u000d\\u001b[2J\\u2028x\n"),
                text);
    }

    @Test
    void whatWasBeforeComesBack() {
        java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
        var before = java.util.List.of(root.getHandlers());
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, out)) {
            assertEquals(1, root.getHandlers().length);
        }
        assertEquals(before, java.util.List.of(root.getHandlers()));
    }
}
