package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.Spool;
import io.casemate.storage.Storage;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * A complete store beside the one in use. Its header names the store whose place it takes, so that the one rename that
 * commits it is enough: a crash before the mark follows does not look like an exchanged file.
 */
final class PreparedStore implements Storage.Replacement {
    private static final long COMMIT_BYTES = 4L * 1024 * 1024;

    private final Committer committer;

    private PreparedStore(Committer committer) {
        this.committer = committer;
    }

    static PreparedStore of(Committer committer, Storage.Source source) {
        StoreSite site = committer.site();
        UUID[] former = new UUID[1];
        committer.look(engine -> former[0] = engine.storeId());
        StoreHeader header = StoreHeader.replacing(former[0], new SecureRandom());
        try {
            Engine.createDurably(site.prepared(), site.opener(), header, engine -> fill(site, engine, source));
        } catch (IOException e) {
            throw StorageFiles.fault(site.prepared(), e);
        }
        return new PreparedStore(committer);
    }

    private static void fill(StoreSite site, Engine engine, Storage.Source source) {
        long[] pending = new long[1];
        source.giveTo((key, value) -> {
            byte[] name = Keys.encodeKey(key);
            if (value.length > Storage.MAX_VALUE_BYTES) {
                throw new Fault.TooLarge(Storage.MAX_VALUE_BYTES).asException();
            }
            engine.entries().put(name, value);
            pending[0] += name.length + value.length;
            if (pending[0] > COMMIT_BYTES) {
                requireSpace(site, pending[0]);
                engine.commit();
                pending[0] = 0;
            }
        });
        requireSpace(site, pending[0]);
        engine.touch();
        engine.commit();
    }

    private static void requireSpace(StoreSite site, long needed) {
        if (site.usableSpace() - 2 * needed < Spool.RESERVE) {
            throw StorageFiles.fault(StorageProblem.FULL, site.file(), StorageFiles.FULL_REMEDY);
        }
    }

    @Override
    public void commit() {
        committer.replace();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(committer.site().prepared());
        } catch (IOException e) {
            System.getLogger("casemate.storage")
                    .log(System.Logger.Level.WARNING, "a replacement that was not used cannot be deleted", e);
        }
    }
}
