package io.casemate.engine;

import io.casemate.kernel.CommaList;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns what a client sent into what a field declares; every refusal names the field and the form it wants. */
final class Coercion {
    /** Beyond it a number of few characters, such as 1e999999999, would become a text of a gigabyte. */
    private static final int MAX_SCALE = 400;

    private Coercion() {}

    static Object coerce(String name, Field.Type type, Object sent) {
        return switch (type) {
            case STRING -> text(name, sent);
            case INTEGER -> integer(name, sent);
            case BOOLEAN -> flag(name, sent);
            case DURATION -> Durations.parse(name, sent);
            case STRINGS -> strings(name, sent);
            case STRING_MAP -> stringMap(name, sent);
            case MAP -> map(name, sent);
            case ANY -> sent;
        };
    }

    private static String text(String name, Object sent) {
        return switch (sent) {
            case String text -> text;
            case BigDecimal number when Math.abs((long) number.scale()) <= MAX_SCALE -> number.toPlainString();
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case null, default -> throw wrong(name, "a string");
        };
    }

    private static Long integer(String name, Object sent) {
        try {
            return switch (sent) {
                case Long number -> number;
                case String text -> text.isBlank() ? 0L : Long.valueOf(text.strip());
                case BigDecimal number -> number.longValueExact();
                default -> throw wrong(name, "a whole number");
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw new Fault.BadRequest(List.of("field '" + name + "': expected a whole number")).causedBy(e);
        }
    }

    private static Boolean flag(String name, Object sent) {
        return switch (text(name, sent).strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "false", "0", "f", "" -> false;
            default -> throw wrong(name, "true or false");
        };
    }

    private static List<String> strings(String name, Object sent) {
        if (sent instanceof List<?> items) {
            List<String> out = new ArrayList<>();
            items.forEach(item -> out.add(text(name, item)));
            return List.copyOf(out);
        }
        return CommaList.of(name, text(name, sent));
    }

    /** Text is one pair, whatever commas are in its value. */
    private static Map<String, String> stringMap(String name, Object sent) {
        Map<String, String> out = new LinkedHashMap<>();
        if (sent instanceof Map<?, ?> members) {
            members.forEach((key, value) -> out.put(key.toString(), value == null ? "" : text(name, value)));
            return out;
        }
        for (String pair : sent instanceof List<?> ? strings(name, sent) : pair(name, sent)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw wrong(name, "an object, or a list of key=value");
            }
            out.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return out;
    }

    private static List<String> pair(String name, Object sent) {
        String text = text(name, sent);
        return text.isBlank() ? List.of() : List.of(text);
    }

    private static Map<String, Object> map(String name, Object sent) {
        if (!(sent instanceof Map<?, ?> members)) {
            throw wrong(name, "an object");
        }
        Map<String, Object> out = new LinkedHashMap<>();
        members.forEach((key, value) -> out.put(key.toString(), value));
        return out;
    }

    private static RuntimeException wrong(String name, String wanted) {
        return Fault.badRequest("field '" + name + "': expected " + wanted);
    }
}
