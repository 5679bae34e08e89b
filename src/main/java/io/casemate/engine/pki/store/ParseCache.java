package io.casemate.engine.pki.store;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Remembers what stored bytes were parsed into. It is asked with the bytes that the view holds now, so it can never be
 * stale and needs no invalidation; it saves the parsing only. Bounded.
 */
final class ParseCache<T> {
    private static final int MAX = 512;

    private final Map<String, Parsed<T>> entries = new ConcurrentHashMap<>();

    T of(String key, byte[] stored, Supplier<T> parse) {
        Parsed<T> known = entries.get(key);
        if (known != null && Arrays.equals(known.stored, stored)) {
            return known.value;
        }
        T value = parse.get();
        if (entries.size() >= MAX) {
            entries.clear();
        }
        entries.put(key, new Parsed<>(stored, value));
        return value;
    }

    void remove(String key) {
        entries.remove(key);
    }

    void clear() {
        entries.clear();
    }

    private record Parsed<T>(byte[] stored, T value) {}
}
