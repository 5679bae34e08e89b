package io.casemate.core;

import io.casemate.archive.SnapshotReader;
import io.casemate.archive.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What somebody can make of snapshots who has no key. */
final class SnapshotForge {
    private SnapshotForge() {}

    /** The entries of one snapshot with right sums, under the seal of another. */
    static byte[] sealedBy(byte[] entries, byte[] other) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        SnapshotReader.Contents own = SnapshotReader.read(new ByteArrayInputStream(entries), all::put);
        byte[] seal = SnapshotReader.read(new ByteArrayInputStream(other), (_, _) -> {})
                .sealed();
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            SnapshotWriter writer = new SnapshotWriter(out, own.meta());
            for (Map.Entry<String, byte[]> each : all.entrySet()) {
                writer.entry(each.getKey(), each.getValue());
            }
            writer.finish(_ -> seal);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
