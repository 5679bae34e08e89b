package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one JSON object straight into bytes. Knows no secrets and hides none: {@link Redactor} decides what goes in.
 * Grows to {@link #LIMIT} and no further.
 */
final class EntryWriter {
    /** Longest entry, in bytes. */
    static final int LIMIT = 32 << 20;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HASH_PREFIX = "\"hmac-sha256:".getBytes(StandardCharsets.US_ASCII);

    private static final int ROOM = 1024;
    private static final int PIECE = 8192;

    private final Drain drain;
    private byte[] buffer;
    private int length;
    private int bound = LIMIT;
    private boolean first = true;

    EntryWriter() {
        this(0);
    }

    /** With room for {@code known} bytes that will be written, and some more. */
    EntryWriter(int known) {
        this.drain = null;
        this.buffer = new byte[ROOM + known];
    }

    /** Keeps nothing: {@code drain} gets what is written, of any length, in pieces. */
    EntryWriter(Drain drain) {
        this.drain = drain;
        this.buffer = new byte[ROOM];
    }

    /** Takes the first {@code length} bytes of {@code buffer}. */
    @FunctionalInterface
    interface Drain {
        void take(byte[] buffer, int length);
    }

    /** Writes what {@code part} writes, or nothing when that has more than {@code most} bytes; returns whether it did. */
    boolean within(int most, Runnable part) {
        int start = length;
        boolean firstAtStart = first;
        bound = Math.min(LIMIT, length + most);
        try {
            part.run();
            return true;
        } catch (Full e) {
            length = start;
            first = firstAtStart;
            return false;
        } finally {
            bound = LIMIT;
        }
    }

    /** Hands over what is left of it. */
    void drained() {
        drain.take(buffer, length);
        length = 0;
    }

    /** Ends {@link #within} early. */
    private static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1;

        Full() {
            super("full", null, false, false);
        }
    }

    /** Text outside of JSON: the prefix of a line. */
    EntryWriter verbatim(String text) {
        ascii(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    EntryWriter begin() {
        return begin('{');
    }

    EntryWriter begin(String name) {
        return name(name).begin('{');
    }

    EntryWriter end() {
        return end('}');
    }

    EntryWriter beginList() {
        return begin('[');
    }

    EntryWriter endList() {
        return end(']');
    }

    EntryWriter name(String name) {
        separate();
        quoted(name);
        put(':');
        first = true;
        return this;
    }

    EntryWriter text(String value) {
        separate();
        quoted(value);
        return this;
    }

    EntryWriter number(long value) {
        separate();
        ascii(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** A number, {@code true}, {@code false} or {@code null}, as its JSON text. */
    EntryWriter literal(String json) {
        separate();
        ascii(json.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** A keyed hash in place of a string. */
    EntryWriter hash(byte[] code) {
        separate();
        ascii(HASH_PREFIX);
        reserve(2 * code.length + 1);
        for (byte each : code) {
            buffer[length++] = HEX[each >> 4 & 15];
            buffer[length++] = HEX[each & 15];
        }
        buffer[length++] = '"';
        return this;
    }

    /** A member, unless it is empty. */
    EntryWriter text(String name, String value) {
        return value.isEmpty() ? this : name(name).text(value);
    }

    /** A member, unless the list is empty. */
    EntryWriter texts(String name, Iterable<String> values) {
        if (!values.iterator().hasNext()) {
            return this;
        }
        name(name).beginList();
        values.forEach(this::text);
        return endList();
    }

    /** Members that were written by another writer and taken from it with {@link #fragment}. */
    EntryWriter members(byte[] fragment) {
        separate();
        ascii(fragment);
        return this;
    }

    /** What was written, for {@link #members} of another writer. */
    byte[] fragment() {
        return Arrays.copyOf(buffer, length);
    }

    /** The finished line. */
    AuditLine line() {
        put('\n');
        return new AuditLine(Arrays.copyOf(buffer, length));
    }

    private EntryWriter begin(char bracket) {
        separate();
        put(bracket);
        first = true;
        return this;
    }

    private EntryWriter end(char bracket) {
        put(bracket);
        first = false;
        return this;
    }

    /** Values after a name or an opening bracket have no comma before them. */
    private void separate() {
        if (!first) {
            put(',');
        }
        first = false;
    }

    private void quoted(String text) {
        put('"');
        int plain = plain(text);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            if (plain(c)) {
                put(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                ascii(text.substring(i, i + 2).getBytes(StandardCharsets.UTF_8));
                i++;
            } else if (c < 160 || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                escaped(c);
            } else {
                ascii(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        put('"');
    }

    /** Writes the characters up to the first that is not plain, in a loop that does nothing else; returns how many. */
    private int plain(String text) {
        int end = text.length();
        reserve(end);
        byte[] target = buffer;
        int start = length;
        int i = 0;
        while (i < end && plain(text.charAt(i))) {
            target[start + i] = (byte) text.charAt(i);
            i++;
        }
        length = start + i;
        return i;
    }

    /** Stands in JSON as it is, one byte long. */
    private static boolean plain(char c) {
        return c >= ' ' && c < 127 && c != '"' && c != '\\';
    }

    /** RFC 8259 section 7, for whatever could break a line or a terminal. */
    private void escaped(char c) {
        put('\\');
        if (c == '"' || c == '\\') {
            put(c);
            return;
        }
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(HEX[c >> shift & 15]);
        }
    }

    private void ascii(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void put(int c) {
        reserve(1);
        buffer[length++] = (byte) c;
    }

    private void reserve(int more) {
        if (drain != null && length + more > PIECE) {
            drained();
        }
        if (length + more > bound) {
            throw bound < LIMIT ? new Full() : new Fault.TooLarge(LIMIT).asException();
        }
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.clamp(2L * buffer.length, length + more, LIMIT));
        }
    }
}
