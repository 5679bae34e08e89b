package io.casemate.engine.pki.store;

import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** How stored values look: a version byte, then JSON or fields of fixed size (docs/formats/pki.md). */
final class Records {
    static final byte VERSION = 1;

    private Records() {}

    static byte[] json(Map<String, Object> members) {
        return JsonRecord.of(members);
    }

    static Map<String, Object> members(byte[] stored) {
        return JsonRecord.read(stored);
    }

    static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + utf8.length).put(VERSION).put(utf8).array();
    }

    static String text(String key, byte[] stored) {
        return StandardCharsets.UTF_8.decode(body(key, stored, 0)).toString();
    }

    /** The value after its version byte; at least {@code least} bytes. */
    static ByteBuffer body(String key, byte[] stored, int least) {
        if (stored.length < 1 + least || stored[0] != VERSION) {
            throw new Fault.StorageFailed(
                            stored.length > 0 && stored[0] > VERSION
                                    ? Fault.StorageProblem.NEWER
                                    : Fault.StorageProblem.CORRUPT,
                            "the PKI record " + key + " has a form that this version does not read")
                    .asException();
        }
        return ByteBuffer.wrap(stored, 1, stored.length - 1);
    }

    static ByteBuffer put(ByteBuffer out, UUID id) {
        return out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }
}
