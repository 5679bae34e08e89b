package io.casemate.policy;

import io.casemate.kernel.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a rule grants; a set of them is kept as bits. */
enum Capability {
    CREATE(1),
    DELETE(1 << 1),
    LIST(1 << 2),
    PATCH(1 << 3),
    READ(1 << 4),
    /** Recursive listing, as OpenBao has it. */
    SCAN(1 << 5),
    SUDO(1 << 6),
    UPDATE(1 << 7),
    /** Refuses everything and beats all others. */
    DENY(1 << 8);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }

    boolean in(int bits) {
        return (bits & bit) != 0;
    }

    /** Asked of a folder, whose path ends with a slash. */
    boolean ofFolders() {
        return this == LIST || this == SCAN;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A set of them in words, sorted: {@code deny} alone for nothing. */
    static List<String> words(int bits) {
        if (bits == 0 || DENY.in(bits)) {
            return List.of(DENY.word());
        }
        return Arrays.stream(values())
                .filter(each -> each.in(bits))
                .map(Capability::word)
                .toList();
    }

    static Optional<Capability> named(String word) {
        for (Capability each : values()) {
            if (each.word().equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** What {@code operation} needs; nothing for HELP, which every token may ask for. */
    static Optional<Capability> needed(Operation operation) {
        return switch (operation) {
            case READ -> Optional.of(READ);
            case LIST -> Optional.of(LIST);
            case SCAN -> Optional.of(SCAN);
            case CREATE -> Optional.of(CREATE);
            case UPDATE -> Optional.of(UPDATE);
            case PATCH -> Optional.of(PATCH);
            case DELETE -> Optional.of(DELETE);
            case HELP -> Optional.empty();
        };
    }
}
