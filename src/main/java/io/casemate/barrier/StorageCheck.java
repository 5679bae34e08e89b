package io.casemate.barrier;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The entry that ties storage and keyring together ({@code barrier/check}), and the marker of an initialisation that is not
 * final ({@code barrier/founding}). See docs/formats/barrier.md.
 */
final class StorageCheck {
    static final String OWN = "barrier/";
    static final String CHECK = OWN + "check";
    /** One byte, not encrypted: the entries are a snapshot's, and its key is to be replaced. */
    static final String RESTORED = OWN + "restored";

    private static final String FOUNDING = OWN + "founding";
    private static final byte VERSION = 1;
    private static final int PAGE = 1000;

    private final Storage storage;

    StorageCheck(Storage storage) {
        this.storage = storage;
    }

    /** Marks the start of an initialisation, after making sure that nobody's entries are lost by it. */
    void begin() {
        boolean abandoned = storage.get(FOUNDING).isPresent();
        if (!abandoned && !storage.list("", "", 1).isEmpty()) {
            throw new Fault.StorageFailed(
                            StorageProblem.FOREIGN,
                            "the storage holds entries, but there is no keyring for them; restore the keyring file "
                                    + "that belongs to it, or start with an empty data directory")
                    .asException();
        }
        if (abandoned) {
            removeEntries();
        }
        storage.transact(transaction -> {
            transaction.put(FOUNDING, new byte[] {VERSION});
            return null;
        });
    }

    /**
     * Removes all that an unfinished initialisation wrote, the marker last, and only when nothing else is left: a transaction
     * that was under way may have come after the removal.
     */
    void undo() {
        removeEntries();
        storage.transact(transaction -> {
            if (transaction.list("", "", 2).equals(List.of(FOUNDING))) {
                transaction.delete(FOUNDING);
            }
            return null;
        });
    }

    /** Removes the marker, if it is there. */
    void end() {
        if (storage.get(FOUNDING).isPresent()) {
            remove(FOUNDING);
        }
    }

    /** Whether a snapshot was restored, and the barrier has not been open since. */
    boolean restored() {
        return storage.get(RESTORED).isPresent();
    }

    void endRestore() {
        remove(RESTORED);
    }

    private void remove(String key) {
        storage.transact(transaction -> {
            transaction.delete(key);
            return null;
        });
    }

    /** Writes a new cluster's check entry; its id. */
    String create(OpenBarrier barrier, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        String id = UUID.randomUUID().toString();
        members.put("cluster_id", id);
        members.put("created", now.toString());
        byte[] json = Json.bytes(members);
        byte[] entry =
                ByteBuffer.allocate(1 + json.length).put(VERSION).put(json).array();
        barrier.transact(transaction -> {
            transaction.put(CHECK, entry);
            return null;
        });
        return id;
    }

    /** Reads it; the cluster's id. */
    String verify(OpenBarrier barrier) {
        byte[] sealed = storage.get(CHECK).orElseThrow(StorageCheck::missing);
        if (sealed.length > 4 && Integer.compareUnsigned(ByteBuffer.wrap(sealed).getInt(), newest(barrier)) > 0) {
            throw new Fault.StorageFailed(
                            StorageProblem.ROLLED_BACK,
                            "the keyring is older than the storage: it lacks key term "
                                    + Integer.toUnsignedLong(
                                            ByteBuffer.wrap(sealed).getInt())
                                    + "; restore keyring and storage from the same backup")
                    .asException();
        }
        return clusterId(barrier.get(CHECK).orElseThrow(StorageCheck::missing));
    }

    /** The id in an opened check entry. */
    static String clusterId(byte[] entry) {
        if (entry.length == 0 || entry[0] != VERSION) {
            throw new Fault.StorageFailed(
                            StorageProblem.NEWER, "the storage was written by a newer Casemate; use that one")
                    .asException();
        }
        return Json.object(Arrays.copyOfRange(entry, 1, entry.length))
                .get("cluster_id")
                .toString();
    }

    /** Seals the entry anew unless it is under the active term, so that an older keyring is noticed. */
    void renew(OpenBarrier barrier) {
        boolean fresh = storage.get(CHECK)
                .filter(stored -> ByteBuffer.wrap(stored).getInt() == newest(barrier))
                .isPresent();
        if (fresh) {
            return;
        }
        barrier.transact(transaction -> {
            transaction.put(CHECK, transaction.get(CHECK).orElseThrow(StorageCheck::missing));
            return null;
        });
    }

    private void removeEntries() {
        List<String> keys = storage.list("", "", PAGE);
        String last = "";
        while (!keys.isEmpty()) {
            List<String> page = keys;
            storage.transact(transaction -> {
                page.stream().filter(key -> !key.equals(FOUNDING)).forEach(transaction::delete);
                return null;
            });
            last = page.getLast();
            keys = storage.list("", last, PAGE);
        }
    }

    private static int newest(OpenBarrier barrier) {
        return barrier.ledger().ring().active().term();
    }

    private static FaultException missing() {
        return new Fault.StorageFailed(
                        StorageProblem.FOREIGN,
                        "the storage does not belong to this keyring: its entry '" + CHECK
                                + "' is missing; restore keyring and storage from the same backup")
                .asException();
    }
}
