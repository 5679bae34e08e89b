package io.casemate.doctor;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;

/**
 * The first message of a client that knows no newer TLS than a given one. The JDK does not speak the old versions any more,
 * so whether a server still does is found out by hand (RFC 2246, 4346, 5246, section 7.4.1.2).
 */
final class ClientHello {
    private static final int[] SUITES = {
        0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x002f, 0x0035, 0x0033, 0x0039,
        0x000a
    };

    private ClientHello() {}

    /** @param minor 1 for TLS 1.0, 2 for 1.1, 3 for 1.2 */
    static byte[] upTo(int minor) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(3);
        body.write(minor);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        body.writeBytes(random);
        body.write(0);
        number(body, 2 * SUITES.length);
        for (int suite : SUITES) {
            number(body, suite);
        }
        body.writeBytes(new byte[] {1, 0});
        byte[] extensions = extensions(minor);
        number(body, extensions.length);
        body.writeBytes(extensions);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(new byte[] {22, 3, 1});
        number(record, body.size() + 4);
        record.writeBytes(new byte[] {1, 0});
        number(record, body.size());
        record.writeBytes(body.toByteArray());
        return record.toByteArray();
    }

    /** supported_groups (x25519, P-256, P-384), ec_point_formats, renegotiation_info; since 1.2 signature_algorithms. */
    private static byte[] extensions(int minor) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(new byte[] {0, 10, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24});
        all.writeBytes(new byte[] {0, 11, 0, 2, 1, 0});
        all.writeBytes(new byte[] {(byte) 0xff, 1, 0, 1, 0});
        if (minor >= 3) {
            all.writeBytes(new byte[] {0, 13, 0, 14, 0, 12, 4, 3, 5, 3, 8, 4, 8, 5, 4, 1, 5, 1});
        }
        return all.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
