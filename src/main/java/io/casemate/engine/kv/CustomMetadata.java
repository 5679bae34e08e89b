package io.casemate.engine.kv;

import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/** Custom metadata: what an operator may note beside a path, for whoever may read metadata; and its limits. */
final class CustomMetadata {
    private static final int MOST_KEYS = 64;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 512;

    private CustomMetadata() {}

    /** What was sent whole, {@code null} for nothing. */
    static Map<String, String> read(Object sent) {
        return sent == null ? Map.of() : patched(Map.of(), sent);
    }

    /**
     * {@code before}, with members of {@code patch} put over it and those that are null removed (RFC 7396); a null
     * patch removes all.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when that breaks a limit
     */
    static Map<String, String> patched(Map<String, String> before, Object patch) {
        if (patch == null) {
            return Map.of();
        }
        if (!(patch instanceof Map<?, ?> members)) {
            throw refused("expected an object of strings");
        }
        Map<String, String> after = new LinkedHashMap<>(before);
        members.forEach((key, value) -> {
            if (value == null) {
                after.remove(key.toString());
            } else {
                after.put(key.toString(), text(value));
            }
        });
        check(after);
        return after;
    }

    private static String text(Object value) {
        if (value instanceof Map || value instanceof Iterable) {
            throw refused("values must be strings");
        }
        return value.toString();
    }

    private static void check(Map<String, String> custom) {
        if (custom.size() > MOST_KEYS) {
            throw refused("payload must contain at most " + MOST_KEYS + " keys, provided " + custom.size());
        }
        custom.forEach((key, value) -> {
            check("key", key, LONGEST_KEY);
            check("value", value, LONGEST_VALUE);
        });
    }

    private static void check(String what, String text, int longest) {
        if (text.isEmpty() || text.length() > longest) {
            throw refused(
                    "length of " + what + " is " + text.length() + " but must be 0 < len(" + what + ") <= " + longest);
        }
        if (text.codePoints().anyMatch(CustomMetadata::unprintable)) {
            throw refused(what + " contains unprintable characters");
        }
    }

    private static boolean unprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.FORMAT,
                    Character.PRIVATE_USE -> true;
            default -> false;
        };
    }

    private static RuntimeException refused(String why) {
        return Fault.badRequest("custom_metadata validation failed: " + why);
    }
}
