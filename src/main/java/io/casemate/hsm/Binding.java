package io.casemate.hsm;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a wrapped secret is bound to, as bytes without ambiguity: docs/formats/wrapped-root-key.md. */
final class Binding {
    private static final String MAGIC = "casemate-wrap-1";

    private Binding() {}

    /** Profile and context, each with its length before it. */
    static byte[] of(String profile, byte[] context) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(MAGIC.getBytes(StandardCharsets.US_ASCII));
            write(out, profile.getBytes(StandardCharsets.UTF_8));
            write(out, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] field) throws IOException {
        out.writeInt(field.length);
        out.write(field);
    }
}
