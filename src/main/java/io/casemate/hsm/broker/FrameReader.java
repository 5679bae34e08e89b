package io.casemate.hsm.broker;

import io.casemate.kernel.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes one frame's body apart, trusting nothing in it. Owns the array; wiped when closed. */
final class FrameReader implements AutoCloseable {
    /** No name, label or sentence is longer. */
    static final int LONGEST_TEXT = 1 << 16;

    private final byte[] bytes;
    private int at;

    FrameReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int u8() throws MalformedFrameException {
        return bytes[take(1)] & 0xff;
    }

    boolean flag() throws MalformedFrameException {
        int value = u8();
        if (value > 1) {
            throw new MalformedFrameException("a flag of " + value);
        }
        return value == 1;
    }

    int u32() throws MalformedFrameException {
        return ByteBuffer.wrap(bytes).getInt(take(Integer.BYTES));
    }

    long u64() throws MalformedFrameException {
        return ByteBuffer.wrap(bytes).getLong(take(Long.BYTES));
    }

    /** A count or size of the peer's, between two bounds. */
    int number(int least, int most) throws MalformedFrameException {
        int value = u32();
        if (value < least || value > most) {
            throw new MalformedFrameException(value + " is not between " + least + " and " + most);
        }
        return value;
    }

    String text() throws MalformedFrameException {
        int length = number(0, LONGEST_TEXT);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, take(length), length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrameException("text that is not UTF-8");
        }
    }

    byte[] bytes() throws MalformedFrameException {
        int length = number(0, FrameChannel.LONGEST);
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    SecretBytes secret() throws MalformedFrameException {
        return SecretBytes.owning(bytes());
    }

    <E extends Enum<E>> E word(Class<E> type) throws MalformedFrameException {
        String name = text();
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new MalformedFrameException("no " + type.getSimpleName() + " of that name");
    }

    /** Nothing may be left over. */
    void end() throws MalformedFrameException {
        if (at != bytes.length) {
            throw new MalformedFrameException((bytes.length - at) + " bytes too many");
        }
    }

    private int take(int count) throws MalformedFrameException {
        if (count > bytes.length - at) {
            throw new MalformedFrameException("it ends within a value");
        }
        int from = at;
        at += count;
        return from;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
