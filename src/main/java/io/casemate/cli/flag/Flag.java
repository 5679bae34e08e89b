package io.casemate.cli.flag;

/**
 * One flag of a command.
 *
 * @param name without dashes
 * @param variable environment variable it falls back to, without its {@code VAULT_} or {@code CASEMATE_}; else empty
 * @param help one or two sentences
 */
public record Flag(String name, Kind kind, String variable, String help) {
    /** What a flag takes. */
    public enum Kind {
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
        public String placeholder() {
            return placeholder;
        }
    }

    /** See {@link Kind#BOOL}. */
    public static Flag bool(String name, String help) {
        return new Flag(name, Kind.BOOL, "", help);
    }

    /** See {@link Kind#TEXT}. */
    public static Flag text(String name, String help) {
        return new Flag(name, Kind.TEXT, "", help);
    }

    /** See {@link Kind#INTEGER}. */
    public static Flag integer(String name, String help) {
        return new Flag(name, Kind.INTEGER, "", help);
    }

    /** See {@link Kind#DURATION}. */
    public static Flag duration(String name, String help) {
        return new Flag(name, Kind.DURATION, "", help);
    }

    /** See {@link Kind#LIST}. */
    public static Flag list(String name, String help) {
        return new Flag(name, Kind.LIST, "", help);
    }

    /** See {@link Kind#PAIRS}. */
    public static Flag pairs(String name, String help) {
        return new Flag(name, Kind.PAIRS, "", help);
    }

    /** This flag, with an environment variable behind it. */
    public Flag or(String environment) {
        return new Flag(name, kind, environment, help);
    }
}
