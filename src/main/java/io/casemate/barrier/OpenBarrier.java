package io.casemate.barrier;

import io.casemate.kernel.Fault;
import io.casemate.storage.Storage;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The barrier between one unseal and the next seal. Keys are whole storage keys here. Once closed, every call, also one that
 * is under way, ends in {@code Fault.Sealed}.
 */
final class OpenBarrier implements AutoCloseable {
    private final Storage storage;
    private final KeyringLedger ledger;
    private final ReadCache cache;
    private volatile boolean closed;

    OpenBarrier(Storage storage, KeyringLedger ledger, long cacheBytes) {
        this.storage = storage;
        this.ledger = ledger;
        this.cache = new ReadCache(cacheBytes);
    }

    KeyringLedger ledger() {
        return ledger;
    }

    ReadCache cache() {
        return cache;
    }

    Optional<byte[]> get(String key) {
        byte[] hit = cache.get(key);
        if (hit != null) {
            byte[] copy = hit.clone();
            requireOpen();
            return Optional.of(copy);
        }
        ReadCache.Filling token = cache.begin(key);
        byte[] value = null;
        try {
            value = storage.get(key).map(stored -> decrypt(key, stored)).orElse(null);
        } finally {
            cache.end(key, token, value);
        }
        requireOpen();
        return Optional.ofNullable(value);
    }

    List<String> list(String prefix, String after, int limit) {
        requireOpen();
        List<String> keys = storage.list(prefix, after, limit);
        requireOpen();
        return keys;
    }

    <T> T transact(Function<Transaction, T> work) {
        requireOpen();
        ledger.prepare();
        List<String> written = new ArrayList<>();
        try {
            return storage.transact(inner -> {
                T result = work.apply(new Transaction(inner, written));
                requireOpen();
                return result;
            });
        } finally {
            written.forEach(cache::written);
        }
    }

    /** The barrier's side of a storage transaction. */
    final class Transaction {
        private final Storage.Transaction inner;
        private final List<String> written;

        private Transaction(Storage.Transaction inner, List<String> written) {
            this.inner = inner;
            this.written = written;
        }

        Optional<byte[]> get(String key) {
            requireOpen();
            return inner.get(key).map(stored -> decrypt(key, stored));
        }

        List<String> list(String prefix, String after, int limit) {
            requireOpen();
            return inner.list(prefix, after, limit);
        }

        void put(String key, byte[] value) {
            byte[] sealed = encrypt(key, value);
            touch(key);
            inner.put(key, sealed);
        }

        void delete(String key) {
            requireOpen();
            touch(key);
            inner.delete(key);
        }

        private void touch(String key) {
            cache.writing(key);
            written.add(key);
        }
    }

    /** Shuts at once: first the flag, so that what runs notices, then the keys and plaintexts. */
    @Override
    public void close() {
        closed = true;
        ledger.close();
        cache.wipe();
    }

    private byte[] encrypt(String key, byte[] plaintext) {
        try {
            return ValueCodec.seal(ledger.spend(), key, plaintext);
        } catch (IllegalStateException wiped) {
            requireOpen();
            throw wiped;
        }
    }

    private byte[] decrypt(String key, byte[] sealed) {
        try {
            return ValueCodec.open(ledger.ring(), key, sealed);
        } catch (IllegalStateException wiped) {
            requireOpen();
            throw wiped;
        }
    }

    private void requireOpen() {
        VarHandle.acquireFence();
        if (closed) {
            throw new Fault.Sealed().asException();
        }
    }
}
