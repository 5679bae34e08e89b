package io.casemate.barrier;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How two stores change in one step when a snapshot is restored: its records for the keyring store come as an entry of the
 * new storage, {@code barrier/restored-records}, and are moved over before anything else reads them. docs/formats/barrier.md.
 */
final class RestoredRecords {
    static final String KEY = StorageCheck.OWN + "restored-records";
    private static final byte VERSION = 1;

    private final Storage storage;

    RestoredRecords(Storage storage) {
        this.storage = storage;
    }

    static byte[] encode(Map<String, byte[]> records) {
        Map<String, Object> texts = new TreeMap<>();
        records.forEach((name, bytes) -> texts.put(name, Base64.getEncoder().encodeToString(bytes)));
        byte[] json = Json.bytes(texts);
        return ByteBuffer.allocate(1 + json.length).put(VERSION).put(json).array();
    }

    /**
     * Saves what a restore left, if it left something, durably, and only then forgets it: a crash in between does it again.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}; whoever reads the records has to wait for it then
     */
    void settle(KeyringStore store) {
        Optional<byte[]> pending = storage.get(KEY);
        if (pending.isPresent()) {
            store.save(decode(pending.get()));
            storage.transact(transaction -> {
                transaction.delete(KEY);
                return null;
            });
        }
    }

    private static Map<String, byte[]> decode(byte[] entry) {
        if (entry.length == 0 || entry[0] != VERSION) {
            throw new Fault.StorageFailed(
                            StorageProblem.NEWER, "a snapshot was restored by a newer Casemate; start that one")
                    .asException();
        }
        Map<String, byte[]> records = new HashMap<>();
        Json.object(Arrays.copyOfRange(entry, 1, entry.length))
                .forEach((name, text) -> records.put(name, Base64.getDecoder().decode(text.toString())));
        return records;
    }
}
