package io.casemate.cli.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Careful reading of parsed JSON: what is absent or of another kind reads as empty. */
public final class Values {
    private Values() {}

    /** An object; empty for anything else. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
    }

    /** Two members in this order; {@code Map.of} has none. */
    public static Map<String, Object> pair(String first, Object one, String second, Object two) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(first, one);
        members.put(second, two);
        return members;
    }

    /** A list of texts; empty for anything else. */
    public static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> items) {
            items.forEach(item -> texts.add(shown(item)));
        }
        return texts;
    }

    /** A member as text; empty if it is absent or null. */
    public static String text(Map<String, Object> members, String name) {
        return members.get(name) == null ? "" : shown(members.get(name));
    }

    /** A member that is {@code true}. */
    public static boolean bool(Map<String, Object> members, String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    /** A member as whole number; 0 if it is none. */
    public static long number(Map<String, Object> members, String name) {
        return members.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** A value as tables show it, which is as Go prints it: {@code map[a:1 b:2]}, {@code [x y]}, {@code <nil>}. */
    public static String shown(Object value) {
        if (value == null) {
            return "<nil>";
        }
        if (value instanceof Map<?, ?> members) {
            StringJoiner all = new StringJoiner(" ", "map[", "]");
            new TreeMap<>(map(members)).forEach((name, member) -> all.add(name + ":" + shown(member)));
            return all.toString();
        }
        if (value instanceof List<?> items) {
            StringJoiner all = new StringJoiner(" ", "[", "]");
            items.forEach(item -> all.add(shown(item)));
            return all.toString();
        }
        return value.toString();
    }
}
