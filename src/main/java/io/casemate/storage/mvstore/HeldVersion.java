package io.casemate.storage.mvstore;

import io.casemate.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVStoreException;

/** A {@link Snapshot} to be looked at as a whole. Reading proves every block on the way. */
final class HeldVersion implements Storage.Version {
    private final Path file;
    private final Snapshot snapshot;

    /** Releases {@code snapshot} when it is closed. */
    HeldVersion(Path file, Snapshot snapshot) {
        this.file = file;
        this.snapshot = snapshot;
    }

    @Override
    public long number() {
        return snapshot.version();
    }

    @Override
    public void forEach(Storage.Visitor visitor) throws IOException {
        Cursor<byte[], byte[]> cursor = snapshot.entries().cursor(null);
        while (hasNext(cursor)) {
            byte[] key = cursor.next();
            visitor.entry(
                    new String(key, StandardCharsets.UTF_8), cursor.getValue().clone());
        }
    }

    private boolean hasNext(Cursor<byte[], byte[]> cursor) {
        try {
            return cursor.hasNext();
        } catch (MVStoreException e) {
            throw StoreFaults.of(file, e);
        }
    }

    @Override
    public void close() {
        snapshot.release();
    }
}
