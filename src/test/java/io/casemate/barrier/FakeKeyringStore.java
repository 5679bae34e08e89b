package io.casemate.barrier;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.KeyringStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A keyring store in memory that remembers its generations and can be told to fail. */
public final class FakeKeyringStore implements KeyringStore {
    /** Saves that still succeed; negative for all. */
    public volatile int allowed = -1;
    /** Number of saves that succeeded. */
    public volatile int saves;
    /** The newest generation is damaged and there is no other. */
    public volatile boolean corrupt;
    /** The next save is done, then says that it failed, and nothing can be read until {@link #corrupt} is taken back. */
    public volatile boolean breaksAfterSave;
    /** The same, and it was not done. */
    public volatile boolean breaksBeforeSave;

    /** Saves are done, and older generations stay. */
    public volatile boolean keepsOld;

    /** Run before each save and after it. */
    public volatile Runnable hook = () -> {};

    private volatile Map<String, byte[]> former;
    private volatile Map<String, byte[]> now;

    @Override
    public Optional<Map<String, byte[]>> load() {
        if (corrupt) {
            throw new Fault.StorageFailed(StorageProblem.CORRUPT, "no intact generation, says the test").asException();
        }
        return Optional.ofNullable(now).map(FakeKeyringStore::copy);
    }

    @Override
    public synchronized boolean save(Map<String, byte[]> records) {
        hook.run();
        if (breaksBeforeSave) {
            breaksBeforeSave = false;
            corrupt = true;
            throw new Fault.StorageFailed(StorageProblem.IO, "too many open files, says the test").asException();
        }
        if (allowed == 0) {
            throw new Fault.StorageFailed(StorageProblem.FULL, "no space, says the test").asException();
        }
        if (allowed > 0) {
            allowed--;
        }
        former = now;
        now = copy(records);
        saves++;
        hook.run();
        if (breaksAfterSave) {
            breaksAfterSave = false;
            corrupt = true;
            throw new Fault.StorageFailed(StorageProblem.IO, "too many open files, says the test").asException();
        }
        return !keepsOld;
    }

    /** The records as they are, a copy. */
    public Map<String, byte[]> snapshot() {
        return copy(now);
    }

    /** The records before the last save, which the store still has; a copy. */
    public Map<String, byte[]> former() {
        return copy(former);
    }

    /** Puts an older state back. */
    public void restore(Map<String, byte[]> records) {
        now = copy(records);
    }

    @Override
    public void close() {}

    private static Map<String, byte[]> copy(Map<String, byte[]> records) {
        Map<String, byte[]> copy = new HashMap<>();
        records.forEach((name, bytes) -> copy.put(name, bytes.clone()));
        return copy;
    }
}
