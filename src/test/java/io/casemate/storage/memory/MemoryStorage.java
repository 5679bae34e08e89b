package io.casemate.storage.memory;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.Storage;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** {@link Storage} in memory, for tests: the same contract, but durable only for as long as the object lives. */
public final class MemoryStorage implements Storage {
    private static final Comparator<String> CODE_POINTS = MemoryStorage::compareCodePoints;
    private static final Map<Path, NavigableMap<String, byte[]>> BACKUPS = new ConcurrentHashMap<>();

    private final ReentrantLock writing = new ReentrantLock();
    private volatile NavigableMap<String, byte[]> entries;
    private final AtomicLong changes = new AtomicLong();

    /** An empty storage. */
    public MemoryStorage() {
        this(new TreeMap<>(CODE_POINTS));
    }

    private MemoryStorage(NavigableMap<String, byte[]> entries) {
        this.entries = entries;
    }

    /** The backup that was written to {@code target}, or an empty storage. */
    public static MemoryStorage open(Path target) {
        return new MemoryStorage(new TreeMap<>(BACKUPS.getOrDefault(target, new TreeMap<>(CODE_POINTS))));
    }

    @Override
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(entries.get(checked(key))).map(byte[]::clone);
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        return page(entries, prefix, after, limit);
    }

    private static List<String> page(NavigableMap<String, byte[]> from, String prefix, String after, int limit) {
        return from.tailMap(prefix, true).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .filter(key -> after.isEmpty() || compareCodePoints(key, after) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public <T> T transact(Function<Transaction, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction within a transaction");
        }
        writing.lock();
        try {
            Draft draft = new Draft(new TreeMap<>(entries));
            T result = work.apply(draft);
            show(draft.draft);
            return result;
        } finally {
            writing.unlock();
        }
    }

    private void show(NavigableMap<String, byte[]> next) {
        entries = next;
        changes.incrementAndGet();
    }

    @Override
    public void backup(Path target) {
        if (BACKUPS.putIfAbsent(target, new TreeMap<>(entries)) != null) {
            throw StorageFiles.fault(StorageProblem.IO, target, "exists already; give the backup a new name");
        }
    }

    @Override
    public Version version() {
        long number = changes.get(); // before the entries: newer ones than it tells of do no harm
        NavigableMap<String, byte[]> held = entries;
        return new Version() {
            @Override
            public long number() {
                return number;
            }

            @Override
            public void forEach(Visitor visitor) throws IOException {
                for (Map.Entry<String, byte[]> each : held.entrySet()) {
                    visitor.entry(each.getKey(), each.getValue().clone());
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Replacement prepare(Source source) {
        NavigableMap<String, byte[]> next = new TreeMap<>(CODE_POINTS);
        source.giveTo((key, value) -> next.put(key, value.clone()));
        return new Replacement() {
            @Override
            public void commit() {
                show(next);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void compact() {
        // the garbage collector does that
    }

    @Override
    public void close() {
        // nothing is held
    }

    private static String checked(String key) {
        try {
            int bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(java.nio.CharBuffer.wrap(key))
                    .remaining();
            if (bytes >= 1 && bytes <= MAX_KEY_BYTES) {
                return key;
            }
            throw Fault.badRequest("a storage key has 1 to " + MAX_KEY_BYTES + " bytes, this one " + bytes);
        } catch (CharacterCodingException e) {
            throw Fault.badRequest("a storage key is not valid Unicode text");
        }
    }

    private static int compareCodePoints(String a, String b) {
        return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    private record Draft(NavigableMap<String, byte[]> draft) implements Transaction {
        @Override
        public Optional<byte[]> get(String key) {
            return Optional.ofNullable(draft.get(checked(key))).map(byte[]::clone);
        }

        @Override
        public List<String> list(String prefix, String after, int limit) {
            return page(draft, prefix, after, limit);
        }

        @Override
        public void put(String key, byte[] value) {
            if (value.length > MAX_VALUE_BYTES) {
                throw new Fault.TooLarge(MAX_VALUE_BYTES).asException();
            }
            draft.put(checked(key), value.clone());
        }

        @Override
        public void delete(String key) {
            draft.remove(checked(key));
        }
    }
}
