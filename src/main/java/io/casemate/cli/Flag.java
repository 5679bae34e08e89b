package io.casemate.cli;

/**
 * One flag of a command.
 *
 * @param name without dashes
 * @param variable environment variable it falls back to, without its {@code VAULT_} or {@code CASEMATE_}; else empty
 * @param help one or two sentences
 */
record Flag(String name, Kind kind, String variable, String help) {
    /** What a flag takes. */
    enum Kind {
        /** Nothing, or {@code =true} and {@code =false}. */
        BOOL(""),
        /** Any text; the last one given counts. */
        TEXT("string"),
        /** A whole number. */
        INTEGER("int"),
        /** Seconds, or {@code 90s}, {@code 1h30m}, {@code 2d}; checked by the server. */
        DURATION("duration"),
        /** Text, as often as wanted. */
        LIST("string"),
        /** {@code key=value}, as often as wanted. */
        PAIRS("key=value");

        private final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }

        /** How help names the value. */
        String placeholder() {
            return placeholder;
        }
    }

    static Flag bool(String name, String help) {
        return new Flag(name, Kind.BOOL, "", help);
    }

    static Flag text(String name, String help) {
        return new Flag(name, Kind.TEXT, "", help);
    }

    static Flag integer(String name, String help) {
        return new Flag(name, Kind.INTEGER, "", help);
    }

    static Flag duration(String name, String help) {
        return new Flag(name, Kind.DURATION, "", help);
    }

    static Flag list(String name, String help) {
        return new Flag(name, Kind.LIST, "", help);
    }

    static Flag pairs(String name, String help) {
        return new Flag(name, Kind.PAIRS, "", help);
    }

    /** This flag, with an environment variable behind it. */
    Flag or(String environment) {
        return new Flag(name, kind, environment, help);
    }
}
