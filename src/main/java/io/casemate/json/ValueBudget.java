package io.casemate.json;

import io.casemate.kernel.Fault;
import java.util.function.LongConsumer;

/** Counts values while they are read, and asks for the memory that they become before there are many. */
final class ValueBudget {
    /** Bytes of memory of a 64-bit JVM with compressed references; measured by {@code JsonLimitsTest}. */
    static final int OBJECT = 56;

    static final int ARRAY = 24;
    static final int TEXT = 48;
    static final int NUMBER = 24;
    static final int LONG_NUMBER = 320;

    /** A first member or element: the table or array that holds the first ones. */
    static final int FIRST = 80;

    /** A member's entry, its share of the table, and its name. */
    static final int MEMBER = 112;

    /** An element's place, with what a growing array holds too much. */
    static final int ELEMENT = 12;

    private static final int STEP = 2048;

    private final JsonLimits limits;
    private final LongConsumer room;
    private int values;
    private long owed;

    /** @param room is told of bytes before they are used, some thousand at a time; throws when there are none */
    ValueBudget(JsonLimits limits, LongConsumer room) {
        this.limits = limits;
        this.room = room;
    }

    /** A value of so many bytes. */
    void value(long bytes) {
        if (++values > limits.values()) {
            throw tooMany("the body has", limits.values(), "names and values");
        }
        owe(bytes);
    }

    /** One more member, the {@code count}th of its object. */
    void member(int count) {
        if (count > limits.members()) {
            throw tooMany("an object has", limits.members(), "members");
        }
        value(count == 1 ? FIRST + MEMBER : MEMBER);
    }

    /** One more element, the {@code count}th of its array; its value is counted by itself. */
    void element(int count) {
        if (count > limits.elements()) {
            throw tooMany("an array has", limits.elements(), "elements");
        }
        owe(count == 1 ? FIRST : ELEMENT);
    }

    /**
     * Text of {@code value}. What is said in the body is paid for with the body's bytes, which are gone when it is parsed;
     * one character beyond Latin-1 makes every other one twice as long.
     */
    void text(String value) {
        value(value.isEmpty() ? 0 : wide(value) ? TEXT + (long) value.length() : TEXT);
    }

    private static boolean wide(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0xff) {
                return true;
            }
        }
        return false;
    }

    private void owe(long bytes) {
        owed += bytes;
        if (owed >= STEP) {
            room.accept(owed);
            owed = 0;
        }
    }

    private static RuntimeException tooMany(String where, int limit, String what) {
        return Fault.badRequest("failed to parse JSON input: " + where + " more than " + limit + " " + what);
    }
}
