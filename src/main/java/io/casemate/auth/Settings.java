package io.casemate.auth;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings as members by their API names, durations in seconds: the form in which they are laid over each other, stored and shown. */
public final class Settings {
    private Settings() {}

    /**
     * What was sent, laid over {@code base}; what was not sent stays.
     *
     * @param declared the settings that may be sent, all of them declared by the endpoint
     * @param older older names of some, such as {@code policies} for {@code token_policies}; the newer one wins
     */
    public static Map<String, Object> overlay(
            Map<String, Object> base, Map<String, Field> declared, Fields sent, Map<String, String> older) {
        Map<String, Object> members = new LinkedHashMap<>(base);
        declared.forEach((name, field) -> {
            boolean former = !sent.has(name) && older.containsKey(name) && sent.has(older.get(name));
            if (former || sent.has(name)) {
                members.put(name, plain(sent, former ? older.get(name) : name, field));
            }
        });
        return members;
    }

    private static Object plain(Fields sent, String name, Field field) {
        return switch (field.type()) {
            case DURATION -> sent.duration(name).toSeconds();
            case INTEGER -> count(name, sent.integer(name));
            case BOOLEAN -> sent.flag(name);
            case STRINGS -> sent.strings(name);
            case STRING_MAP -> sent.stringMap(name);
            case STRING, MAP, ANY -> sent.string(name);
        };
    }

    private static long count(String name, long sent) {
        if (sent < 0 || sent > Integer.MAX_VALUE) {
            throw Fault.badRequest("'" + name + "' cannot be negative, nor more than " + Integer.MAX_VALUE);
        }
        return sent;
    }
}
