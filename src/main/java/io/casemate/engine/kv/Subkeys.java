package io.casemate.engine.kv;

import java.util.LinkedHashMap;
import java.util.Map;

/** The shape of a secret without its values. */
final class Subkeys {
    private Subkeys() {}

    /** The names in {@code data}, values null; objects deeper than {@code depth} (0 for any) are values. */
    static Map<String, Object> of(Map<?, ?> data, long depth) {
        Map<String, Object> names = new LinkedHashMap<>();
        data.forEach((name, value) -> names.put(
                name.toString(),
                value instanceof Map<?, ?> inner && depth != 1 ? of(inner, Math.max(0, depth - 1)) : null));
        return names;
    }
}
