package io.casemate.barrier;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * A view in memory, for tests of engines: ordered, transactions one at a time and all or nothing, arrays copied in and
 * out. {@link #beforeCommit} lets a test fail any commit.
 */
public final class MemoryView implements View {
    private final Store store;
    private final String prefix;

    /** An empty one. */
    public MemoryView() {
        this(new Store(), "");
    }

    private MemoryView(Store store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    /** Runs before each commit with its number, from 1; what it throws undoes the transaction. */
    public void beforeCommit(IntConsumer hook) {
        store.hook = hook;
    }

    /** Runs before each read with the whole key. */
    public void beforeRead(Consumer<String> hook) {
        store.reading = hook;
    }

    /** Runs once, before the next transaction begins: what somebody else does meanwhile. It may transact itself. */
    public void beforeTransact(Runnable other) {
        store.meanwhile.set(other);
    }

    /** Runs before each read of a value outside of transactions, with its key. */
    public void beforeGet(Consumer<String> hook) {
        store.outside = hook;
    }

    /** Commits that happened. */
    public int commits() {
        return store.commits.get();
    }

    /** Reads and lists so far, of any view of this store. */
    public long reads() {
        return store.reads.get();
    }

    /** Every key below this view, for assertions. */
    public List<String> keys() {
        return list("", "", Integer.MAX_VALUE);
    }

    @Override
    public Optional<byte[]> get(String key) {
        store.outside.accept(prefix + key);
        return held(key);
    }

    private Optional<byte[]> held(String key) {
        store.reads.incrementAndGet();
        store.reading.accept(prefix + key);
        return Optional.ofNullable(store.entries.get(prefix + key)).map(byte[]::clone);
    }

    @Override
    public List<String> list(String folder, String after, int limit) {
        store.reads.incrementAndGet();
        return store.range(prefix + folder, prefix + after).keySet().stream()
                .limit(limit)
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    @Override
    public <T> T transact(Function<Editor, T> work) {
        store.meanwhile.getAndSet(() -> {}).run();
        store.lock.lock();
        try {
            Draft draft = new Draft(new TreeMap<>());
            T result = work.apply(draft);
            store.hook.accept(store.commits.get() + 1);
            draft.changes.forEach((key, value) ->
                    value.ifPresentOrElse(there -> store.entries.put(key, there), () -> store.entries.remove(key)));
            store.commits.incrementAndGet();
            return result;
        } finally {
            store.lock.unlock();
        }
    }

    @Override
    public View below(String folder) {
        return new MemoryView(store, prefix + folder);
    }

    private static final class Store {
        private final ReentrantLock lock = new ReentrantLock();
        private final ConcurrentSkipListMap<String, byte[]> entries = new ConcurrentSkipListMap<>();
        private volatile IntConsumer hook = commit -> {};
        private volatile Consumer<String> reading = key -> {};
        private volatile Consumer<String> outside = key -> {};
        private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        private final AtomicInteger commits = new AtomicInteger();
        private final AtomicLong reads = new AtomicLong();

        private NavigableMap<String, byte[]> range(String from, String after) {
            String end = from + LAST;
            boolean later = after.compareTo(from) >= 0;
            String start = later ? after : from;
            return start.compareTo(end) >= 0 ? new TreeMap<>() : entries.subMap(start, !later, end, false);
        }
    }

    private final class Draft implements Editor {
        private final SortedMap<String, Optional<byte[]>> changes;

        Draft(SortedMap<String, Optional<byte[]>> changes) {
            this.changes = changes;
        }

        @Override
        public Optional<byte[]> get(String key) {
            Optional<byte[]> changed = changes.get(prefix + key);
            return changed == null ? held(key) : changed.map(byte[]::clone);
        }

        @Override
        public List<String> list(String folder, String after, int limit) {
            TreeSet<String> keys =
                    new TreeSet<>(store.range(prefix + folder, prefix + after).keySet());
            changes.forEach((key, value) -> {
                if (value.isEmpty()) {
                    keys.remove(key);
                } else if (key.startsWith(prefix + folder) && key.compareTo(prefix + after) > 0) {
                    keys.add(key);
                }
            });
            return keys.stream()
                    .limit(limit)
                    .map(key -> key.substring(prefix.length()))
                    .toList();
        }

        @Override
        public void put(String key, byte[] value) {
            changes.put(prefix + key, Optional.of(value.clone()));
        }

        @Override
        public void delete(String key) {
            changes.put(prefix + key, Optional.empty());
        }

        @Override
        public Editor on(View other) {
            if (other instanceof MemoryView there && there.store == store) {
                return there.new Draft(changes);
            }
            throw new IllegalArgumentException("a view of another store");
        }
    }
}
