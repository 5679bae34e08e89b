package io.casemate.storage.mvstore;

import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;

/**
 * {@link Storage} in one file of H2's MVStore (docs/adr/0003-embedded-store.md, docs/formats/store-file.md).
 *
 * <p>Transactions run one after the other in memory; those that wait for the disk at the same time share one fsync.
 * Readers use the newest durable version and never wait for a commit. When the disk refuses a write, everything that was not yet
 * acknowledged is taken back, readers go on, and the next write tries again.
 */
public final class MvStorage implements Storage {
    private static final int READ_ATTEMPTS = 3;

    private final Path file;
    private final Committer committer;
    private final Maintenance maintenance;

    private MvStorage(Path file, Committer committer) {
        this.file = file;
        this.committer = committer;
        this.maintenance = new Maintenance(committer);
    }

    /**
     * Opens {@code file}, creating it (mode 0600, in an existing directory) when neither it nor its high-water mark
     * exists.
     *
     * @throws FaultException {@code StorageFailed} with the file and the remedy: {@code LOCKED} by another process,
     *     {@code FOREIGN}, {@code NEWER}, {@code CORRUPT}, {@code ROLLED_BACK}, {@code FULL}, {@code IO}
     */
    public static MvStorage open(Path file) {
        return open(file, FileDisk::new, new SecureRandom());
    }

    static MvStorage open(Path file, Disk.Opener opener, SecureRandom random) {
        return new MvStorage(file, new Committer(StoreSite.open(file.toAbsolutePath(), opener, random)));
    }

    @Override
    public Optional<byte[]> get(String key) {
        byte[] name = Keys.encodeKey(key);
        return read(entries -> Optional.ofNullable(entries.get(name)).map(byte[]::clone));
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        byte[] from = Keys.encode(prefix);
        byte[] last = Keys.encode(after);
        return read(entries -> Keys.page(entries.keyIterator(Keys.start(from, last)), from, last, limit));
    }

    /** Reads the newest durable version. A version that is closed under the reader by a failed write is tried anew. */
    private <T> T read(Function<MVMap<byte[], byte[]>, T> work) {
        for (int attempt = 1; ; attempt++) {
            Snapshot snapshot = committer.acquire();
            try {
                return work.apply(snapshot.entries());
            } catch (MVStoreException e) {
                if (!snapshot.isClosed() || attempt == READ_ATTEMPTS) {
                    throw StoreFaults.of(file, e);
                }
                committer.awaitRecovery();
            } finally {
                snapshot.release();
            }
        }
    }

    @Override
    public <T> T transact(Function<Transaction, T> work) {
        return committer.transact(work);
    }

    @Override
    public void backup(Path target) {
        Snapshot snapshot = committer.acquire();
        try {
            new BackupCopy(file, snapshot.entries()).writeTo(target.toAbsolutePath());
        } finally {
            snapshot.release();
        }
    }

    @Override
    public Version version() {
        return new HeldVersion(file, committer.acquire());
    }

    @Override
    public Replacement prepare(Source source) {
        return PreparedStore.of(committer, source);
    }

    @Override
    public void compact() {
        maintenance.compactNow();
    }

    @Override
    public void close() {
        maintenance.close();
        committer.close();
    }
}
