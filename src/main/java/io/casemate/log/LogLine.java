package io.casemate.log;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One event as one line: what came from outside can neither end it nor forge another. */
final class LogLine extends Formatter {
    private final LogSettings.Format format;

    LogLine(LogSettings.Format format) {
        this.format = format;
    }

    @Override
    public String format(LogRecord event) {
        return switch (format) {
            case JSON -> json(event);
            case TEXT -> text(event);
        };
    }

    private String json(LogRecord event) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("time", time(event));
        members.put("level", level(event));
        members.put("logger", event.getLoggerName());
        members.put("message", formatMessage(event));
        if (!RequestId.current().isEmpty()) {
            members.put("request_id", RequestId.current());
        }
        if (event.getThrown() != null) {
            members.put("error", StackText.of(event.getThrown()));
        }
        return new String(Json.bytes(members), StandardCharsets.UTF_8) + "\n";
    }

    private String text(LogRecord event) {
        StringBuilder line = new StringBuilder(160);
        line.append(time(event)).append(' ').append(padded(level(event))).append(' ');
        line.append(event.getLoggerName()).append(": ").append(oneLine(formatMessage(event)));
        if (!RequestId.current().isEmpty()) {
            line.append(" request_id=").append(RequestId.current());
        }
        if (event.getThrown() != null) {
            line.append(" error=").append(oneLine(StackText.of(event.getThrown())));
        }
        return line.append('\n').toString();
    }

    private static String time(LogRecord event) {
        return event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String level(LogRecord event) {
        int level = event.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level >= Level.WARNING.intValue()) {
            return "warn";
        }
        if (level >= Level.INFO.intValue()) {
            return "info";
        }
        return level >= Level.FINE.intValue() ? "debug" : "trace";
    }

    private static String padded(String level) {
        return level.length() < 5 ? level + " " : level;
    }

    /** Control characters, line breaks of every kind among them, shown as escapes. */
    private static String oneLine(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                safe.append("\\n");
            } else if (c == '\t') {
                safe.append(' ');
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
