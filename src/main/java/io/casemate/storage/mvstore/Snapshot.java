package io.casemate.storage.mvstore;

import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * One durable version of all entries, which no write changes. Its pages stay on the disk until the last holder lets
 * go: MVStore reuses a chunk's space only when no registered version needs it.
 */
final class Snapshot {
    private final MVStore store;
    private final MVMap<byte[], byte[]> entries;
    private final long version;
    private final MVStore.TxCounter usage;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Of the version just committed. The caller keeps other commits away until this returns. */
    Snapshot(MVStore store, MVMap<byte[], byte[]> live) {
        this.store = store;
        this.usage = store.registerVersionUsage();
        this.version = store.getCurrentVersion();
        this.entries = live.openVersion(version);
    }

    MVMap<byte[], byte[]> entries() {
        return entries;
    }

    long version() {
        return version;
    }

    /** Whether the store below was closed, by an error or on purpose. */
    boolean isClosed() {
        return store.isClosed();
    }

    /** False when the last holder is gone: a newer snapshot has been published then. */
    boolean acquire() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            store.deregisterVersionUsage(usage);
        }
    }
}
