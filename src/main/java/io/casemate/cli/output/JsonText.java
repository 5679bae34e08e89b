package io.casemate.cli.output;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** JSON for people: two blanks per level. */
public final class JsonText {
    private JsonText() {}

    /** {@code value} as JSON, with a newline at its end. */
    public static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, "\n");
        return out.append('\n').toString();
    }

    private static void write(StringBuilder out, Object value, String margin) {
        if (value instanceof Map<?, ?> members && !members.isEmpty()) {
            char before = '{';
            for (Map.Entry<?, ?> member : members.entrySet()) {
                out.append(before)
                        .append(margin)
                        .append("  ")
                        .append(scalar(member.getKey().toString()));
                write(out.append(": "), member.getValue(), margin + "  ");
                before = ',';
            }
            out.append(margin).append('}');
        } else if (value instanceof List<?> items && !items.isEmpty()) {
            char before = '[';
            for (Object item : items) {
                write(out.append(before).append(margin).append("  "), item, margin + "  ");
                before = ',';
            }
            out.append(margin).append(']');
        } else {
            out.append(scalar(value));
        }
    }

    private static String scalar(Object value) {
        return new String(Json.bytes(value), StandardCharsets.UTF_8);
    }
}
