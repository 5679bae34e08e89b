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
        return write(own, all, seal);
    }

    /** With right sums, its own seal, and a keyring that is none. */
    static byte[] withOtherKeyring(byte[] snapshot) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        SnapshotReader.Contents own = SnapshotReader.read(new ByteArrayInputStream(snapshot), all::put);
        all.keySet().stream()
                .filter(key -> key.endsWith("core/keyring"))
                .findFirst()
                .ifPresent(key -> all.get(key)[20] ^= 1);
        return write(own, all, own.sealed());
    }

    private static byte[] write(SnapshotReader.Contents own, Map<String, byte[]> all, byte[] seal) {
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
