package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault;
import io.casemate.storage.Storage;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;

/** A transaction's own writes over the current entries. Nothing reaches the entries before {@link #applyTo}. */
final class Overlay implements Storage.Transaction {
    private final MVMap<byte[], byte[]> entries;
    private final TreeMap<byte[], Optional<byte[]>> writes = new TreeMap<>(Arrays::compareUnsigned);
    private long bytes;
    private boolean grows;

    Overlay(MVMap<byte[], byte[]> entries) {
        this.entries = entries;
    }

    @Override
    public Optional<byte[]> get(String key) {
        byte[] name = Keys.encodeKey(key);
        Optional<byte[]> own = writes.get(name);
        Optional<byte[]> found = own == null ? Optional.ofNullable(entries.get(name)) : own;
        return found.map(byte[]::clone);
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        byte[] from = Keys.encode(prefix);
        byte[] last = Keys.encode(after);
        return Keys.page(new Merged(Keys.start(from, last)), from, last, limit);
    }

    @Override
    public void put(String key, byte[] value) {
        byte[] name = Keys.encodeKey(key);
        if (value.length > Storage.MAX_VALUE_BYTES) {
            throw new Fault.TooLarge(Storage.MAX_VALUE_BYTES).asException();
        }
        writes.put(name, Optional.of(value.clone()));
        bytes += name.length + value.length;
        grows = true;
    }

    @Override
    public void delete(String key) {
        byte[] name = Keys.encodeKey(key);
        writes.put(name, Optional.empty());
        bytes += name.length;
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    /** False when nothing but deletions is in it. */
    boolean grows() {
        return grows;
    }

    /** A generous guess of what committing this alone appends to the file, in bytes: changed pages are written anew. */
    long cost() {
        return 2 * bytes + 32L * 1024 * writes.size();
    }

    void applyTo(MVMap<byte[], byte[]> target) {
        for (Map.Entry<byte[], Optional<byte[]>> write : writes.entrySet()) {
            if (write.getValue().isPresent()) {
                target.put(write.getKey(), write.getValue().get());
            } else {
                target.remove(write.getKey());
            }
        }
    }

    /** Keys of entries and writes in one order, without the deleted ones. */
    private final class Merged implements Iterator<byte[]> {
        private final Iterator<byte[]> stored;
        private byte[] storedKey;
        private Map.Entry<byte[], Optional<byte[]>> own;
        private byte[] next;

        Merged(byte[] from) {
            stored = entries.keyIterator(from);
            storedKey = stored.hasNext() ? stored.next() : null;
            own = writes.ceilingEntry(from);
            advance();
        }

        private void advance() {
            next = null;
            while (next == null && (storedKey != null || own != null)) {
                int order = own == null ? -1 : storedKey == null ? 1 : Arrays.compareUnsigned(storedKey, own.getKey());
                if (order < 0) {
                    next = storedKey;
                } else if (own.getValue().isPresent()) {
                    next = own.getKey();
                }
                if (order <= 0) {
                    storedKey = stored.hasNext() ? stored.next() : null;
                }
                if (order >= 0) {
                    own = writes.higherEntry(own.getKey());
                }
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public byte[] next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            byte[] result = next;
            advance();
            return result;
        }
    }
}
