package io.casemate.engine.pki.role;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Coerced fields as plain values that can be stored and shown: durations become whole seconds. */
public final class FieldValues {
    private FieldValues() {}

    /** All declared fields, with their fallbacks. */
    public static Map<String, Object> all(Map<String, Field> declared, Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>();
        declared.forEach((name, field) -> values.put(name, value(name, field, fields)));
        return values;
    }

    /** All declared fields at their fallbacks. */
    public static Map<String, Object> fallbacks(Map<String, Field> declared) {
        Map<String, Object> values = new LinkedHashMap<>();
        declared.forEach((name, field) -> values.put(name, plain(field)));
        return values;
    }

    /** {@code stored}, with the fallbacks of fields that came after it was stored. */
    public static Map<String, Object> whole(Map<String, Object> stored, Map<String, Field> declared) {
        Map<String, Object> values = fallbacks(declared);
        values.putAll(stored);
        return values;
    }

    /** What an update makes of {@code stored}: the whole of it with what was sent in its place, if {@code check} lets it pass. */
    public static Map<String, Object> updated(
            Map<String, Object> stored,
            Map<String, Field> declared,
            Fields fields,
            Consumer<Map<String, Object>> check) {
        Map<String, Object> values = merged(whole(stored, declared), declared, fields);
        check.accept(values);
        return values;
    }

    /** A field's fallback in its plain form. */
    static Object plain(Field field) {
        return field.fallback() instanceof Duration duration ? (Object) seconds(duration) : field.fallback();
    }

    /** {@code stored}, with what was sent in its place. */
    public static Map<String, Object> merged(Map<String, Object> stored, Map<String, Field> declared, Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>(stored);
        declared.forEach((name, field) -> {
            if (fields.has(name)) {
                values.put(name, value(name, field, fields));
            }
        });
        return values;
    }

    private static Object value(String name, Field field, Fields fields) {
        return switch (field.type()) {
            case STRING -> fields.string(name);
            case INTEGER -> fields.integer(name);
            case BOOLEAN -> fields.flag(name);
            case DURATION -> seconds(fields.duration(name));
            case STRINGS -> fields.strings(name);
            case STRING_MAP -> fields.stringMap(name);
            case MAP -> fields.map(name);
            case ANY -> fields.any(name);
        };
    }

    private static Long seconds(Duration duration) {
        return duration.toSeconds();
    }
}
