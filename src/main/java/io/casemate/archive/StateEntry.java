package io.casemate.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One entry of {@code state.bin}: a Protocol Buffers message with the fields {@code key} (1) and {@code value} (2), its
 * length before it, as in the snapshots of Vault and OpenBao, so that their tools can count what is inside.
 */
final class StateEntry {
    /** Longest key and value, in bytes: the storage's own limits, and room for the barrier's overhead. */
    static final int MAX_KEY = 4096 + 64;

    static final int MAX_VALUE = 32 * 1024 * 1024;

    private static final int KEY = 0x0a;
    private static final int VALUE = 0x12;
    private static final int MAX_VARINT = 5;

    private StateEntry() {}

    static long size(byte[] key, int value) {
        long message = message(key.length, value);
        return varint(message) + message;
    }

    static void write(OutputStream out, byte[] key, byte[] value) throws IOException {
        long message = message(key.length, value.length);
        ByteBuffer head = ByteBuffer.allocate(4 * MAX_VARINT + key.length);
        put(head, message);
        put(head.put((byte) KEY), key.length);
        head.put(key);
        if (value.length > 0) {
            put(head.put((byte) VALUE), value.length);
        }
        out.write(head.array(), 0, head.position());
        out.write(value);
    }

    /** Reads one and hands it on; how many bytes it took. */
    static long read(InputStream in, SnapshotReader.Visitor visitor) throws IOException {
        long message = number(in);
        require(in.read() == KEY, "an entry without a key");
        byte[] key = exactly(in, number(in), MAX_KEY);
        byte[] value = new byte[0];
        long rest = message - 1 - varint(key.length) - key.length;
        if (rest > 0) {
            require(in.read() == VALUE, "an entry with an unknown field");
            value = exactly(in, number(in), MAX_VALUE);
        }
        require(message(key.length, value.length) == message, "an entry with a wrong length");
        visitor.entry(text(key), value);
        return varint(message) + message;
    }

    private static String text(byte[] key) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a key that is not UTF-8", e);
        }
    }

    private static long message(int key, int value) {
        return 1L + varint(key) + key + (value == 0 ? 0 : 1 + varint(value) + value);
    }

    private static byte[] exactly(InputStream in, long length, int most) throws IOException {
        require(length <= most, "an entry that is too long");
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException("cut off in an entry");
        }
        return bytes;
    }

    private static int varint(long value) {
        return (Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(value)) + 6) / 7;
    }

    private static void put(ByteBuffer out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long number(InputStream in) throws IOException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            int next = in.read();
            require(next >= 0, "cut off in an entry");
            value |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw new IOException("a malformed length");
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
