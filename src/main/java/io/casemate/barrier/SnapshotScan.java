package io.casemate.barrier;

import io.casemate.archive.SnapshotReader;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Looks at a snapshot's entries as they pass: keeps the few that open the others, and refuses what no storage holds. */
final class SnapshotScan implements SnapshotReader.Visitor {
    private static final int MOST_RECORDS = 1000;
    private static final int MOST_BYTES = 16 << 20;

    private final Map<String, byte[]> records = new TreeMap<>();
    private byte[] check;
    private byte[] last = new byte[0];
    private long kept;

    @Override
    public void entry(String key, byte[] value) {
        if (key.startsWith(Snapshots.BOOT)) {
            record(key.substring(Snapshots.BOOT.length()), value);
            return;
        }
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        if (Arrays.compareUnsigned(name, last) <= 0 || name.length > Storage.MAX_KEY_BYTES) {
            throw refused("an entry that is too long or out of order");
        }
        last = name;
        if (key.equals(StorageCheck.CHECK)) {
            check = value;
        }
    }

    private void record(String name, byte[] value) {
        kept += value.length;
        boolean late = last.length > 0;
        if (late || records.size() == MOST_RECORDS || kept > MOST_BYTES || records.put(name, value) != null) {
            throw refused("records of a keyring that are too many, too long or out of place");
        }
    }

    void requireComplete() {
        if (check == null
                || !records.containsKey(BootRecords.KEYRING)
                || !records.containsKey(BootRecords.KEYRING_KEY)) {
            throw refused("no keyring, or no entries");
        }
    }

    Map<String, byte[]> records() {
        return records;
    }

    byte[] check() {
        return check;
    }

    private static FaultException refused(String what) {
        return Fault.badRequest("this is no intact snapshot: it has " + what);
    }
}
