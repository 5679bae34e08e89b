package io.casemate.engine;

/**
 * A declared field of an endpoint: its type drives coercion, its help the documentation.
 *
 * @param fallback what a handler sees when the client sent nothing; {@code null} for "absent"
 */
public record Field(Type type, Object fallback, String help) {
    /** What a value is turned into. Clients send numbers, booleans and durations as strings; all forms are taken. */
    public enum Type {
        /** Text; numbers and booleans are taken as their text. */
        STRING,
        /** A whole number, 64 bits. */
        INTEGER,
        /** {@code true}, {@code "true"}, {@code 1}. */
        BOOLEAN,
        /** Seconds as a number, or {@code "1h30m"}, {@code "2d"}. */
        DURATION,
        /** A JSON list of strings, or comma-separated text. */
        STRINGS,
        /** An object of strings, or a list of {@code k=v}. */
        STRING_MAP,
        /** Any object, taken as it is. */
        MAP,
        /** Anything, taken as it is. */
        ANY
    }

    /** Text, empty when absent. */
    public static Field string(String help) {
        return new Field(Type.STRING, "", help);
    }

    /** A whole number. */
    public static Field integer(long fallback, String help) {
        return new Field(Type.INTEGER, fallback, help);
    }

    /** A switch. */
    public static Field flag(boolean fallback, String help) {
        return new Field(Type.BOOLEAN, fallback, help);
    }

    /** A duration, zero when absent. */
    public static Field duration(String help) {
        return new Field(Type.DURATION, java.time.Duration.ZERO, help);
    }

    /** A list of strings, empty when absent. */
    public static Field strings(String help) {
        return new Field(Type.STRINGS, java.util.List.of(), help);
    }

    /** A map of strings, empty when absent. */
    public static Field stringMap(String help) {
        return new Field(Type.STRING_MAP, java.util.Map.of(), help);
    }

    /** Any object, empty when absent. */
    public static Field map(String help) {
        return new Field(Type.MAP, java.util.Map.of(), help);
    }

    /** Anything, {@code null} when absent. */
    public static Field any(String help) {
        return new Field(Type.ANY, null, help);
    }
}
