package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;

/** Copies one durable version, entry by entry, into a new store file. Reading proves every block on the way. */
final class BackupCopy {
    private static final long COMMIT_BYTES = 4L * 1024 * 1024;

    private final Path sourceFile;
    private final MVMap<byte[], byte[]> source;

    BackupCopy(Path sourceFile, MVMap<byte[], byte[]> source) {
        this.sourceFile = sourceFile;
        this.source = source;
    }

    void writeTo(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw StorageFiles.fault(StorageProblem.IO, target, "exists already; give the backup a new name");
        }
        try {
            Engine.createDurably(target, FileDisk::new, StoreHeader.fresh(new SecureRandom()), this::copyInto);
        } catch (IOException e) {
            throw StorageFiles.fault(target, e);
        }
    }

    private void copyInto(Engine copy) {
        long pending = 0;
        Cursor<byte[], byte[]> cursor = source.cursor(null);
        while (hasNext(cursor)) {
            byte[] key = cursor.next();
            byte[] value = cursor.getValue();
            copy.entries().put(key, value);
            pending += key.length + value.length;
            if (pending > COMMIT_BYTES) {
                copy.commit();
                pending = 0;
            }
        }
        copy.commit();
    }

    /** Reads ahead, so that damage is reported of the source and not of the copy. */
    private boolean hasNext(Cursor<byte[], byte[]> cursor) {
        try {
            return cursor.hasNext();
        } catch (MVStoreException e) {
            throw StoreFaults.of(sourceFile, e);
        }
    }
}
