package io.casemate.identity;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids: random UUIDs (RFC 9562 section 5.4) in their text form. */
final class Ids {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final long VERSION_FIELD = 0xF000L;
    private static final long VERSION = 0x4000L;

    private final SecureRandom random;

    Ids(SecureRandom random) {
        this.random = random;
    }

    String next() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        long high = (halves.getLong() & ~VERSION_FIELD) | VERSION;
        long low = (halves.getLong() & (Long.MAX_VALUE >>> 1)) | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }

    /** For what nobody named: {@code entity_1a2b3c4d}. */
    String name(String kind) {
        byte[] tail = new byte[4];
        random.nextBytes(tail);
        return kind + "_" + HexFormat.of().formatHex(tail);
    }

    /** Whether {@code id} could be one: nothing else is looked up, so no id can lead to another record. */
    static boolean plausible(String id) {
        return ID.matcher(id).matches();
    }
}
