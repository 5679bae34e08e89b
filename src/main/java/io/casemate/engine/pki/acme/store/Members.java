package io.casemate.engine.pki.acme.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Reads the members of stored records (docs/formats/pki-acme.md). */
final class Members {
    private Members() {}

    static String text(Map<String, Object> members, String name) {
        return (String) members.getOrDefault(name, "");
    }

    static boolean flag(Map<String, Object> members, String name) {
        return (Boolean) members.getOrDefault(name, false);
    }

    /** Whole seconds; zero when there is no such moment. */
    static Instant time(Map<String, Object> members, String name) {
        return Instant.ofEpochSecond((Long) members.getOrDefault(name, 0L));
    }

    @SuppressWarnings("unchecked")
    static List<String> texts(Map<String, Object> members, String name) {
        return (List<String>) members.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(Map<String, Object> members, String name) {
        return (List<Map<String, Object>>) members.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Map<String, Object> members, String name) {
        return (Map<String, Object>) members.getOrDefault(name, Map.of());
    }
}
