package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.Repeated;
import io.casemate.storage.StorageFiles;
import java.time.Duration;

/**
 * Once a second, in the background: makes the high-water mark durable, and when the store was written to and much of
 * its file is no longer needed, rewrites a slice of it. A slice is small and costs writers what any other commit does;
 * readers notice nothing.
 */
final class Maintenance implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long NEEDED_BYTES = 16L * 1024 * 1024;
    private static final int SLICES_AT_ONCE = 4;
    private static final int SLICES_WHEN_ASKED = 10_000;
    private static final int SETTLING_COMMITS = 3;

    private final Committer committer;
    private final Repeated rounds = new Repeated("storage-maintenance", this::round);
    private volatile boolean stopped;
    private long seenVersion;

    Maintenance(Committer committer) {
        this.committer = committer;
        rounds.start(PAUSE);
    }

    private Duration round() {
        committer.site().syncMark();
        tidy();
        return PAUSE;
    }

    private void tidy() {
        long version = version();
        if (version == seenVersion || !isSparse() || committer.site().usableSpace() < NEEDED_BYTES) {
            return;
        }
        rewrite(SLICES_AT_ONCE);
        seenVersion = version();
    }

    private boolean isSparse() {
        boolean[] sparse = new boolean[1];
        committer.look(engine -> sparse[0] = engine.isSparse());
        return sparse[0];
    }

    private long version() {
        Snapshot snapshot = committer.acquire();
        try {
            return snapshot.version();
        } finally {
            snapshot.release();
        }
    }

    private void rewrite(int slices) {
        if (committer.site().usableSpace() < NEEDED_BYTES) {
            throw StorageFiles.fault(StorageProblem.FULL, committer.site().file(), StorageFiles.FULL_REMEDY);
        }
        boolean[] more = {true};
        for (int i = 0; i < slices && more[0] && !stopped; i++) {
            committer.commitWith(engine -> more[0] = engine.rewriteSlice());
        }
    }

    /** Compacts as far as it goes, slice by slice, with other writers in between. */
    void compactNow() {
        long before;
        long after = fileBytes();
        do {
            before = after;
            rewrite(SLICES_WHEN_ASKED);
            committer.commitWith(Engine::moveSlice);
            for (int i = 0; i < SETTLING_COMMITS; i++) {
                committer.commitWith(Engine::touch);
            }
            after = fileBytes();
        } while (after < before && !stopped);
    }

    private long fileBytes() {
        long[] bytes = new long[1];
        committer.look(engine -> bytes[0] = engine.fileBytes());
        return bytes[0];
    }

    @Override
    public void close() {
        stopped = true;
        rounds.finish();
    }
}
