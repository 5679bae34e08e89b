package io.casemate.hsm.jna;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One {@code CK_ATTRIBUTE} of a template: {@code value} holds the bytes as the standard lays them out. */
public record Attribute(long type, byte[] value) {
    /** A {@code CK_BBOOL}. */
    public static Attribute of(long type, boolean value) {
        return new Attribute(type, new byte[] {(byte) (value ? 1 : 0)});
    }

    /** A {@code CK_ULONG}. */
    public static Attribute of(long type, long value) {
        byte[] bytes = new byte[Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putLong(value);
        return new Attribute(type, bytes);
    }

    /** An RFC 2279 string, without a terminating zero. */
    public static Attribute of(long type, String value) {
        return new Attribute(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as they are. */
    public static Attribute of(long type, byte[] value) {
        return new Attribute(type, value);
    }
}
