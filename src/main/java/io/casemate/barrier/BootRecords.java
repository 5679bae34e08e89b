package io.casemate.barrier;

import io.casemate.storage.KeyringStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The records of the keyring store (docs/formats/keyring.md), shared by the barrier and the ceremonies: each change keeps
 * what the others wrote, and all records move in one durable step. Safe for concurrent use; reads cost no input.
 */
public final class BootRecords {
    static final String KEYRING_KEY = "core/keyring-key";
    static final String KEYRING = "core/keyring";

    private final KeyringStore store;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Map<String, byte[]> known;

    /** Reads nothing yet. */
    public BootRecords(KeyringStore store) {
        this.store = store;
    }

    /**
     * Whether an initialisation was ever completed.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when there are records and none is intact
     */
    public boolean initialised() {
        return records().containsKey(KEYRING);
    }

    /** The record, or empty. The array is the caller's own. */
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(records().get(name)).map(byte[]::clone);
    }

    /** Sets the given records and keeps the others. On any failure all stand as they were. */
    public void change(Map<String, byte[]> changed) {
        change(changed, Set.of());
    }

    /** The same, and removes some. */
    public void change(Map<String, byte[]> changed, Set<String> removed) {
        changing.lock();
        try {
            Map<String, byte[]> next = new TreeMap<>(records());
            next.putAll(changed);
            next.keySet().removeAll(removed);
            known = null;
            store.save(next);
            known = Map.copyOf(next);
        } finally {
            changing.unlock();
        }
    }

    /** Forgets what was read, so that the next read asks the store again. */
    public void refresh() {
        known = null;
    }

    private Map<String, byte[]> records() {
        Map<String, byte[]> current = known;
        if (current != null) {
            return current;
        }
        changing.lock();
        try {
            if (known == null) {
                known = store.load().map(Map::copyOf).orElse(Map.of());
            }
            return known;
        } finally {
            changing.unlock();
        }
    }
}
