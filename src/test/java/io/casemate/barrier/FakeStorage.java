package io.casemate.barrier;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** A storage in memory that can be told to fail, to be slow between work and commit, and to have its bytes changed. */
public final class FakeStorage implements Storage {
    private static final Comparator<String> BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private final ReentrantLock writer = new ReentrantLock();
    private volatile NavigableMap<String, byte[]> entries = new TreeMap<>(BYTES);

    /** Transactions that still succeed; negative for all. */
    public final AtomicInteger allowed = new AtomicInteger(-1);

    /** A replacement is put in place, and then says that it failed. */
    public volatile boolean breaksAfterExchange;
    /** Transactions that succeeded. */
    public final AtomicInteger commits = new AtomicInteger();
    /** Runs between the work of a transaction and its commit. */
    public volatile Runnable beforeCommit = () -> {};
    /** Runs between the read of a value and its return. */
    public volatile Runnable afterRead = () -> {};

    /** What is stored, to look at and to damage. */
    public NavigableMap<String, byte[]> raw() {
        return entries;
    }

    /** Replaces the bytes of an entry. */
    public void damage(String key, byte[] bytes) {
        NavigableMap<String, byte[]> next = new TreeMap<>(entries);
        next.put(key, bytes);
        entries = next;
    }

    @Override
    public Optional<byte[]> get(String key) {
        Optional<byte[]> value = Optional.ofNullable(entries.get(key)).map(byte[]::clone);
        afterRead.run();
        return value;
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        return list(entries, prefix, after, limit);
    }

    @Override
    public <T> T transact(Function<Transaction, T> work) {
        writer.lock();
        try {
            NavigableMap<String, byte[]> next = new TreeMap<>(entries);

            T result = work.apply(new Changes(next));
            beforeCommit.run();
            if (allowed.get() == 0) {
                throw new Fault.StorageFailed(StorageProblem.FULL, "no space, says the test").asException();
            }
            if (allowed.get() > 0) {
                allowed.decrementAndGet();
            }
            entries = next;
            commits.incrementAndGet();
            return result;
        } finally {
            writer.unlock();
        }
    }

    private static List<String> list(NavigableMap<String, byte[]> map, String prefix, String after, int limit) {
        String from = BYTES.compare(after, prefix) > 0 ? after : prefix;
        return map.tailMap(from, true).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .filter(key -> after.isEmpty() || BYTES.compare(key, after) > 0)
                .limit(limit)
                .toList();
    }

    private record Changes(NavigableMap<String, byte[]> next) implements Transaction {
        @Override
        public Optional<byte[]> get(String key) {
            return Optional.ofNullable(next.get(key)).map(byte[]::clone);
        }

        @Override
        public List<String> list(String prefix, String after, int limit) {
            return FakeStorage.list(next, prefix, after, limit);
        }

        @Override
        public void put(String key, byte[] value) {
            next.put(key, value.clone());
        }

        @Override
        public void delete(String key) {
            next.remove(key);
        }
    }

    @Override
    public Version version() {
        NavigableMap<String, byte[]> held = entries;
        return new Version() {
            @Override
            public long number() {
                return commits.get();
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
        NavigableMap<String, byte[]> next = new TreeMap<>(BYTES);
        source.giveTo((key, value) -> next.put(key, value.clone()));
        return new Replacement() {
            @Override
            public void commit() {
                if (allowed.get() == 0) {
                    throw new Fault.StorageFailed(StorageProblem.FULL, "no space, says the test").asException();
                }
                if (allowed.get() > 0) {
                    allowed.decrementAndGet();
                }
                entries = next;
                if (breaksAfterExchange) {
                    throw new Fault.StorageFailed(StorageProblem.IO, "cannot be opened, says the test").asException();
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void backup(Path target) {}

    @Override
    public void compact() {}

    @Override
    public void close() {}
}
