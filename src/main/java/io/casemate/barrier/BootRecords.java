package io.casemate.barrier;

import io.casemate.kernel.FaultException;
import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The records of the keyring store (docs/formats/keyring.md), shared by the barrier and the ceremonies: each change keeps
 * what the others wrote, and all records move in one durable step. Safe for concurrent use; reads cost no input.
 */
public final class BootRecords {
    private static final System.Logger LOG = System.getLogger("casemate.barrier");

    private static final String UNDECIDED =
            "the keyring could not be saved, and cannot be read to see whether it was: until it can,"
                    + " nothing in it is changed. Mend its disk; keep former and new shares";

    private static final String PREVIOUS_KEPT =
            "the keyring from before the last ceremony cannot be removed yet: former keys and"
                    + " shares open it until it is. Free space or mend the disk; it is tried again by itself";

    static final String KEYRING_KEY = "core/keyring-key";
    static final String KEYRING = "core/keyring";

    private final KeyringStore store;
    private final Optional<RestoredRecords> restored;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Map<String, byte[]> known;
    private volatile boolean previousKept;
    private volatile Optional<Undecided> undecided = Optional.empty();

    /** Reads nothing yet. */
    public BootRecords(KeyringStore store) {
        this.store = store;
        this.restored = Optional.empty();
    }

    /** The same, where a restored snapshot of {@code storage} may have brought other records: those count then. */
    public BootRecords(KeyringStore store, Storage storage) {
        this.store = store;
        this.restored = Optional.of(new RestoredRecords(storage));
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

    /** Removes a record, if it is there, and keeps the others. */
    public void remove(String name) {
        if (records().containsKey(name)) {
            change(Map.of(), Set.of(name));
        }
    }

    /**
     * Saves the same records once more, so that the generation before the last change, which older keys open, is no longer kept.
     * That it cannot is said in the log, and by {@link #previousKept}; the next change does it then, or {@link #retryForgetting}.
     */
    public void forgetPrevious() {
        previousKept = true;
        try {
            change(Map.of());
            if (previousKept) {
                LOG.log(Level.WARNING, PREVIOUS_KEPT);
            }
        } catch (FaultException e) {
            LOG.log(Level.WARNING, PREVIOUS_KEPT, e);
        }
    }

    /** Whether the store still has a generation that was to be forgotten: former keys and shares open it. */
    public boolean previousKept() {
        return previousKept;
    }

    /** Forgets it now, if it should have been forgotten before. */
    void retryForgetting() {
        if (previousKept) {
            forgetPrevious();
        }
    }

    /** Sets some records and removes some. */
    public void change(Map<String, byte[]> changed, Set<String> removed) {
        change(changed, removed, _ -> {});
    }

    /**
     * The same; {@code told} hears, once, whether the change stands: at once, or, when the store fails and cannot be read either,
     * as soon as a load tells. Nothing else is changed meanwhile.
     */
    void change(Map<String, byte[]> changed, Set<String> removed, Consumer<Boolean> told) {
        changing.lock();
        try {
            Map<String, byte[]> next;
            try {
                next = new TreeMap<>(records());
            } catch (FaultException e) {
                told.accept(false);
                throw e;
            }
            next.putAll(changed);
            next.keySet().removeAll(removed);
            boolean tells = !same(next, records());
            known = null;
            if (save(next, tells, told)) {
                previousKept = false;
            }
            known = Map.copyOf(next);
        } finally {
            changing.unlock();
        }
    }

    /** Whether the last change failed in a way that left open whether it stands: what it was made of, and for, is to be kept. */
    public boolean undecided() {
        return undecided.isPresent();
    }

    /**
     * A store that failed after its last write has the records all the same. To deny that would be worse than the failure: keys
     * would be used, or shares thrown away, that do not fit what is stored. So would be a guess, when it cannot be read.
     *
     * @param tells whether it differs from what was stored before: only then does reading it tell that it was saved
     * @return false when it was saved, and the store did not, or may not, remove what was there before
     */
    private boolean save(Map<String, byte[]> next, boolean tells, Consumer<Boolean> told) {
        try {
            boolean forgotten = store.save(next);
            told.accept(true);
            return forgotten;
        } catch (FaultException e) {
            if (!tells) {
                told.accept(false);
                throw e;
            }
            undecided = Optional.of(new Undecided(Map.copyOf(next), told));
            boolean stands;
            try {
                stands = decide(store.load().orElse(Map.of()));
            } catch (FaultException unreadable) {
                e.addSuppressed(unreadable);
                LOG.log(Level.ERROR, UNDECIDED, e);
                throw e;
            }
            if (!stands) {
                throw e;
            }
            LOG.log(Level.WARNING, "the keyring was saved, and then the store failed", e);
            return false;
        }
    }

    /** What may stand, and who has to hear of it. */
    private record Undecided(Map<String, byte[]> next, Consumer<Boolean> told) {}

    private boolean decide(Map<String, byte[]> stored) {
        Undecided pending = undecided.orElseThrow();
        boolean stands = same(stored, pending.next());
        undecided = Optional.empty();
        if (stands) {
            previousKept = true;
        }
        pending.told().accept(stands);
        return stands;
    }

    private static boolean same(Map<String, byte[]> stored, Map<String, byte[]> next) {
        return stored.keySet().equals(next.keySet())
                && next.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), stored.get(entry.getKey())));
    }

    /** Forgets what was read, so that the next read asks the store again. */
    public void refresh() {
        known = null;
    }

    /** All of them, not to be changed. */
    Map<String, byte[]> all() {
        return records();
    }

    private Map<String, byte[]> records() {
        Map<String, byte[]> current = known;
        if (current != null) {
            return current;
        }
        changing.lock();
        try {
            if (known == null) {
                restored.ifPresent(pending -> pending.settle(store));
                Map<String, byte[]> stored = store.load().map(Map::copyOf).orElse(Map.of());
                if (undecided.isPresent()) {
                    LOG.log(
                            Level.WARNING,
                            decide(stored)
                                    ? "the last change of the keyring stands"
                                    : "the last change of the keyring does not stand");
                }
                known = stored;
            }
            return known;
        } finally {
            changing.unlock();
        }
    }
}
