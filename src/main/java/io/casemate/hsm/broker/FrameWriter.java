package io.casemate.hsm.broker;

import io.casemate.kernel.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds the body of one frame. Wiped when closed, since keys pass through it; what it outgrows is wiped too. */
final class FrameWriter implements AutoCloseable {
    private byte[] bytes = new byte[256];
    private int length;

    FrameWriter u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    FrameWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    FrameWriter u32(int value) {
        room(Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    FrameWriter u64(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    FrameWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    FrameWriter secret(SecretBytes value) {
        return bytes(value.expose());
    }

    FrameWriter bytes(byte[] value) {
        u32(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** Forgets what came after {@code mark}, an earlier {@link #length()}. */
    void backTo(int mark) {
        Arrays.fill(bytes, mark, length, (byte) 0);
        length = mark;
    }

    int length() {
        return length;
    }

    /** The frame's body so far; not a copy. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            byte[] larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
            Arrays.fill(bytes, (byte) 0);
            bytes = larger;
        }
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
        length = 0;
    }
}
