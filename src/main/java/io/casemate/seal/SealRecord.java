package io.casemate.seal;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The common form of the seal's records: a version byte and a JSON object (docs/formats/keyring.md). */
final class SealRecord {
    private static final byte VERSION = 1;
    /** A key in shares: a reader that knows only keys must not take a share for one. */
    private static final byte SPLIT_VERSION = 2;

    private SealRecord() {}

    static byte[] encode(Map<String, Object> members) {
        return encode(VERSION, members);
    }

    static byte[] encodeSplit(Map<String, Object> members) {
        return encode(SPLIT_VERSION, members);
    }

    private static byte[] encode(byte version, Map<String, Object> members) {
        byte[] json = Json.bytes(members);
        byte[] out = new byte[1 + json.length];
        out[0] = version;
        System.arraycopy(json, 0, out, 1, json.length);
        return out;
    }

    static <T> T decode(String name, byte[] record, Function<Map<String, Object>, T> reader) {
        if (record.length > 0 && (record[0] < VERSION || record[0] > SPLIT_VERSION)) {
            throw new Fault.StorageFailed(
                            StorageProblem.NEWER,
                            "record '" + name + "' has format version " + record[0]
                                    + ", this Casemate reads 1 and 2; use the Casemate that wrote it")
                    .asException();
        }
        try {
            return reader.apply(Json.object(Arrays.copyOfRange(record, Math.min(1, record.length), record.length)));
        } catch (FaultException e) {
            String reason =
                    e.fault() instanceof Fault.BadRequest(List<String> details) ? ": " + details.getFirst() : "";
            throw new Fault.StorageFailed(
                            StorageProblem.CORRUPT,
                            "keyring store, record '" + name + "' is malformed" + reason
                                    + "; restore the keyring file from a backup")
                    .causedBy(e);
        }
    }

    static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw Fault.badRequest("member " + name + " is missing");
    }

    static int number(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Long number && number >= 0 && number < 256) {
            return number.intValue();
        }
        throw Fault.badRequest("member " + name + " is not a small number");
    }

    static byte[] base64(Map<?, ?> members, String name) {
        try {
            return Base64.getDecoder().decode(text(members, name));
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of("member " + name + " is not base64")).causedBy(e);
        }
    }

    static List<WrappedKey> keys(Map<?, ?> members) {
        if (members.get("keys") instanceof List<?> items && !items.isEmpty()) {
            return items.stream().map(WrappedKey::of).toList();
        }
        throw Fault.badRequest("member keys is not a list of wrapped keys");
    }
}
