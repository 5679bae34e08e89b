package io.casemate.engine.pki.crl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;

/** DER of what is too long for a tree of objects (X.690 8.1.3, 10.1). */
final class Der {
    private static final int SEQUENCE = 0x30;

    private Der() {}

    /** A value's encoding. */
    static byte[] of(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands before {@code length} bytes of a SEQUENCE's content. */
    static byte[] sequence(long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(10);
        out.write(SEQUENCE);
        if (length < 128) {
            out.write((int) length);
        } else {
            int octets = (71 - Long.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                out.write((int) (length >> shift));
            }
        }
        return out.toByteArray();
    }

    /** Whether {@code whole} has {@code part} in it somewhere. */
    static boolean contains(byte[] whole, byte[] part) {
        return IntStream.rangeClosed(0, whole.length - part.length)
                .anyMatch(at -> Arrays.equals(whole, at, at + part.length, part, 0, part.length));
    }

    /** All of {@code parts}, one after the other. */
    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
