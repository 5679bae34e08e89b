package io.casemate.storage.memory;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A storage in memory that can be told to fail, to be slow between work and commit, and to have its bytes changed. */
public final class FaultyStorage implements Storage {
    private final MemoryStorage entries = new MemoryStorage();

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

    /** What is stored now, to look at. */
    public NavigableMap<String, byte[]> raw() {
        NavigableMap<String, byte[]> all = new TreeMap<>();
        try (Version version = entries.version()) {
            version.forEach(all::put);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** Replaces the bytes of an entry. */
    public void damage(String key, byte[] bytes) {
        entries.transact(transaction -> {
            transaction.put(key, bytes);
            return null;
        });
    }

    @Override
    public Optional<byte[]> get(String key) {
        Optional<byte[]> value = entries.get(key);
        afterRead.run();
        return value;
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        return entries.list(prefix, after, limit);
    }

    @Override
    public <T> T transact(Function<Transaction, T> work) {
        T result = entries.transact(transaction -> {
            T done = work.apply(transaction);
            beforeCommit.run();
            spend();
            return done;
        });
        commits.incrementAndGet();
        return result;
    }

    private void spend() {
        if (allowed.get() == 0) {
            throw new Fault.StorageFailed(StorageProblem.FULL, "no space, says the test").asException();
        }
        if (allowed.get() > 0) {
            allowed.decrementAndGet();
        }
    }

    @Override
    public Version version() {
        return entries.version();
    }

    @Override
    public Replacement prepare(Source source) {
        Replacement replacement = entries.prepare(source);
        return new Replacement() {
            @Override
            public void commit() {
                spend();
                replacement.commit();
                if (breaksAfterExchange) {
                    throw new Fault.StorageFailed(StorageProblem.IO, "cannot be opened, says the test").asException();
                }
            }

            @Override
            public void close() {
                replacement.close();
            }
        };
    }

    @Override
    public void backup(Path target) {
        entries.backup(target);
    }

    @Override
    public void compact() {
        entries.compact();
    }

    @Override
    public void close() {
        entries.close();
    }
}
