package io.casemate.hsm.jna;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Attribute values read from an object. What the token does not know or does not show is absent. */
public record Attributes(Map<Long, byte[]> values) {
    /** The bytes of an attribute. */
    public Optional<byte[]> bytes(long type) {
        return Optional.ofNullable(values.get(type));
    }

    /** A {@code CK_BBOOL}. */
    public Optional<Boolean> bool(long type) {
        return bytes(type).filter(b -> b.length == 1).map(b -> b[0] != 0);
    }

    /** A {@code CK_ULONG}. */
    public Optional<Long> ulong(long type) {
        return bytes(type)
                .filter(b -> b.length == Long.BYTES)
                .map(b -> ByteBuffer.wrap(b).order(ByteOrder.nativeOrder()).getLong());
    }

    /** An RFC 2279 string. */
    public Optional<String> text(long type) {
        return bytes(type).map(b -> new String(b, StandardCharsets.UTF_8));
    }
}
