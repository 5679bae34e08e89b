package io.casemate.barrier;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decrypted values of recent reads, at most about {@code limit} bytes of them. Holds acknowledged values only: from the
 * moment a transaction writes a key until it ended, that key is not cached, and a read that began before does not fill it.
 *
 * <p>A hit takes no lock. Two generations approximate "least recently used": when the young one holds half the limit it
 * becomes the old one, and what was old and not asked for again is dropped.
 */
final class ReadCache {
    /** What an entry costs beside its bytes. */
    private static final int ENTRY_OVERHEAD = 96;

    private record Generation(Map<String, byte[]> young, Map<String, byte[]> old, AtomicLong bytes) {
        static Generation first() {
            return new Generation(new ConcurrentHashMap<>(), Map.of(), new AtomicLong());
        }

        Generation next() {
            return new Generation(new ConcurrentHashMap<>(), young, new AtomicLong());
        }
    }

    /** A read on its way to fill a key, known by identity. */
    static final class Filling {}

    /** Transactions that wrote a key and have not ended. */
    private record Writing(int transactions) {}

    private final long limit;
    private final Map<String, Object> flights = new ConcurrentHashMap<>();
    private final ReentrantLock aging = new ReentrantLock();
    private volatile Generation generation = Generation.first();
    private volatile boolean closed;

    /** With a {@code limit} of 0 nothing is kept. */
    ReadCache(long limit) {
        this.limit = limit;
    }

    /** The cached array itself, which must be copied and not changed; or {@code null}. */
    byte[] get(String key) {
        Generation now = generation;
        byte[] value = now.young.get(key);
        if (value == null && !now.old.isEmpty()) {
            value = now.old.get(key);
            if (value != null) {
                flights.compute(key, (k, flight) -> {
                    promote(k);
                    return flight;
                });
            }
        }
        return value;
    }

    /** Announces a read of the storage; {@code null} when it may not fill the cache. */
    Filling begin(String key) {
        if (limit == 0) {
            return null;
        }
        Filling token = new Filling();
        return flights.putIfAbsent(key, token) == null ? token : null;
    }

    /** Ends the read: keeps a copy of {@code value}, unless it is {@code null} or a write came between. */
    void end(String key, Filling token, byte[] value) {
        if (token == null) {
            return;
        }
        flights.computeIfPresent(key, (k, flight) -> {
            if (flight != token) {
                return flight;
            }
            if (value != null && cost(k, value) <= limit / 8) {
                keep(k, value.clone());
            }
            return null;
        });
        ageIfFull();
    }

    /** A transaction writes {@code key}: whatever is known of it goes, and stays away until {@link #written}. */
    void writing(String key) {
        flights.compute(key, (k, flight) -> {
            drop(k);
            return new Writing(flight instanceof Writing(int n) ? n + 1 : 1);
        });
    }

    /** That transaction has ended, this way or the other. */
    void written(String key) {
        flights.computeIfPresent(
                key, (_, flight) -> flight instanceof Writing(int n) && n > 1 ? new Writing(n - 1) : null);
    }

    /** Someone else changed {@code key}. */
    void invalidate(String key) {
        flights.compute(key, (k, flight) -> {
            drop(k);
            return flight instanceof Writing ? flight : null;
        });
    }

    /** Overwrites everything and keeps nothing from now on. */
    void wipe() {
        closed = true;
        Generation last = generation;
        generation = Generation.first();
        last.young.values().forEach(value -> Arrays.fill(value, (byte) 0));
        last.old.values().forEach(value -> Arrays.fill(value, (byte) 0));
    }

    /** Bytes held now, roughly; for tests and metrics. */
    long bytes() {
        Generation now = generation;
        return now.bytes.get()
                + now.old.entrySet().stream()
                        .mapToLong(e -> cost(e.getKey(), e.getValue()))
                        .sum();
    }

    private void keep(String key, byte[] value) {
        Generation now = generation;
        now.young.put(key, value);
        now.bytes.addAndGet(cost(key, value));
        if (closed) {
            Arrays.fill(value, (byte) 0);
            now.young.remove(key);
        }
    }

    private void promote(String key) {
        Generation now = generation;
        byte[] value = now.old.get(key);
        if (value != null && now.young.putIfAbsent(key, value) == null) {
            now.bytes.addAndGet(cost(key, value));
        }
    }

    private void drop(String key) {
        Generation now = generation;
        byte[] gone = now.young.remove(key);
        if (gone != null) {
            now.bytes.addAndGet(-cost(key, gone));
        }
        if (!now.old.isEmpty()) {
            now.old.remove(key);
        }
    }

    private void ageIfFull() {
        if (generation.bytes.get() > limit / 2 && aging.tryLock()) {
            try {
                if (!closed && generation.bytes.get() > limit / 2) {
                    generation = generation.next();
                }
            } finally {
                aging.unlock();
            }
        }
    }

    private static long cost(String key, byte[] value) {
        return value.length + 2L * key.length() + ENTRY_OVERHEAD;
    }
}
