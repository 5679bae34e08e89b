package io.casemate.hsm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a wrapped secret is bound to, as bytes without ambiguity: docs/formats/wrapped-root-key.md. */
final class Binding {
    private static final byte[] MAGIC = "casemate-wrap-1".getBytes(StandardCharsets.US_ASCII);

    private Binding() {}

    /** Profile and context, each with its length before it. */
    static byte[] of(String profile, byte[] context) {
        byte[] name = profile.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(MAGIC.length + 2 * Integer.BYTES + name.length + context.length)
                .put(MAGIC)
                .putInt(name.length)
                .put(name)
                .putInt(context.length)
                .put(context)
                .array();
    }
}
