package io.casemate.cli.output;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** YAML 1.2, block style. Text that could be read as anything else is quoted as in JSON, which YAML reads alike. */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    private static final Pattern WORD_WITH_MEANING =
            Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n|[+-]?\\.?(inf|nan)");

    private YamlText() {}

    static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, "");
        return out.charAt(0) == '\n' ? out.substring(1) : out.toString();
    }

    /** Writes {@code value} behind a key or dash: scalars on the same line, the rest on lines of their own. */
    private static void write(StringBuilder out, Object value, String margin) {
        if (value instanceof Map<?, ?> members && !members.isEmpty()) {
            for (Map.Entry<?, ?> member : members.entrySet()) {
                newLine(out).append(margin).append(scalar(member.getKey())).append(':');
                write(out, member.getValue(), margin + "  ");
            }
        } else if (value instanceof List<?> items && !items.isEmpty()) {
            for (Object item : items) {
                newLine(out).append(margin).append('-');
                write(out, item, margin + "  ");
            }
        } else {
            out.append(out.isEmpty() ? "" : " ").append(scalar(value)).append('\n');
        }
    }

    private static StringBuilder newLine(StringBuilder out) {
        return out.isEmpty() || out.charAt(out.length() - 1) == '\n' ? out : out.append('\n');
    }

    private static String scalar(Object value) {
        if (value instanceof String text
                && PLAIN.matcher(text).matches()
                && !WORD_WITH_MEANING.matcher(text).matches()) {
            return text;
        }
        return new String(Json.bytes(value), StandardCharsets.UTF_8);
    }
}
