package io.casemate.engine.kv;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON Merge Patch (RFC 7396), of an object by an object. */
final class MergePatch {
    private MergePatch() {}

    /** A new object: members of {@code patch} over those of {@code target}, null removing. */
    static Map<String, Object> apply(Map<?, ?> target, Map<?, ?> patch) {
        Map<String, Object> merged = new LinkedHashMap<>();
        target.forEach((name, value) -> merged.put(name.toString(), value));
        patch.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name.toString());
            } else if (value instanceof Map<?, ?> inner) {
                Map<?, ?> below = merged.get(name.toString()) instanceof Map<?, ?> there ? there : Map.of();
                merged.put(name.toString(), apply(below, inner));
            } else {
                merged.put(name.toString(), value);
            }
        });
        return merged;
    }
}
