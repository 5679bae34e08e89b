package io.casemate.archive;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code meta.json} of a snapshot says (docs/formats/snapshot.md). Not secret.
 *
 * @param index number of the store's version
 * @param term newest term of the keyring
 * @param size of {@code state.bin} in bytes
 * @param entries how many {@code state.bin} has, the keyring's records included
 * @param product version of the server that made it
 * @param seal kind of the seal that guards the root key
 */
public record SnapshotMeta(
        long index,
        long term,
        long size,
        long entries,
        Instant created,
        String product,
        String clusterId,
        String seal) {
    private static final long FORMAT = 1;
    private static final String OURS = "Casemate";

    byte[] encoded() {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("Format", FORMAT);
        own.put("Created", created.toString());
        own.put("Product", product);
        own.put("ClusterID", clusterId);
        own.put("Entries", entries);
        own.put("Seal", seal);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Version", 1);
        all.put("ID", "casemate-" + index + "-" + created.toEpochMilli());
        all.put("Index", index);
        all.put("Term", term);
        all.put("Peers", null);
        all.put("Configuration", Map.of("Servers", List.of()));
        all.put("ConfigurationIndex", 0);
        all.put("Size", size);
        all.put(OURS, own);
        return Json.bytes(all);
    }

    static SnapshotMeta decode(byte[] json) {
        Map<String, Object> all = object(json);
        if (!(all.get(OURS) instanceof Map<?, ?> own)) {
            throw Fault.badRequest("this is a snapshot of another product: only snapshots of Casemate can be restored");
        }
        try {
            if (number(own.get("Format")) != FORMAT) {
                throw Fault.badRequest("this snapshot has format " + own.get("Format") + ", this Casemate reads "
                        + FORMAT + ": use the Casemate that wrote it");
            }
            return new SnapshotMeta(
                    number(all.get("Index")),
                    number(all.get("Term")),
                    number(all.get("Size")),
                    number(own.get("Entries")),
                    Instant.parse(text(own.get("Created"))),
                    text(own.get("Product")),
                    text(own.get("ClusterID")),
                    text(own.get("Seal")));
        } catch (ClassCastException | NullPointerException | DateTimeException e) {
            throw new Fault.BadRequest(List.of("the snapshot's meta.json is malformed")).causedBy(e);
        }
    }

    private static Map<String, Object> object(byte[] json) {
        try {
            return Json.object(json);
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("the snapshot's meta.json is malformed")).causedBy(e);
        }
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static String text(Object value) {
        return value.toString();
    }
}
