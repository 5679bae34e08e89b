package io.casemate.auth.approle;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/** Random UUIDs (RFC 9562, version 4: 122 random bits) from the server's own source. */
record Ids(SecureRandom random) {
    private static final int BYTES = 16;
    private static final int VERSION = 6;
    private static final int VARIANT = 8;

    String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        bytes[VERSION] = (byte) ((bytes[VERSION] & 0x0f) | 0x40);
        bytes[VARIANT] = (byte) ((bytes[VARIANT] & 0x3f) | 0x80);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
}
