package io.casemate.storage.mvstore;

import io.casemate.storage.HighWaterMark;
import io.casemate.storage.ProcessLock;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A store's files: the store, its high-water mark ({@code .mark}) and its lock ({@code .lock}). Decides at opening
 * whether they belong together, and opens the engine anew after an error.
 */
final class StoreSite implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.storage");

    private final Path file;
    private final Disk.Opener opener;
    private final ProcessLock lock;
    // Replaced while maintenance looks at it; absent between two stores.
    private volatile HighWaterMark mark;
    private boolean markFailed;

    private StoreSite(Path file, Disk.Opener opener, ProcessLock lock) {
        this.file = file;
        this.opener = opener;
        this.lock = lock;
    }

    static StoreSite open(Path file, Disk.Opener opener, SecureRandom random) {
        StoreSite site = new StoreSite(file, opener, ProcessLock.acquire(beside(file, ".lock")));
        try {
            site.createWhenAbsent(random);
            return site;
        } catch (IOException e) {
            site.lock.close();
            throw StorageFiles.fault(file, e);
        } catch (RuntimeException e) {
            site.lock.close();
            throw e;
        }
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private void createWhenAbsent(SecureRandom random) throws IOException {
        Path markPath = beside(file, ".mark");
        Files.deleteIfExists(prepared());
        Files.deleteIfExists(beside(prepared(), ".new"));
        if (Files.exists(file)) {
            return;
        }
        if (Files.exists(markPath)) {
            throw StoreFaults.rolledBack(file, "the store is gone, its high-water mark is still there", markPath);
        }
        Engine.createDurably(file, opener, StoreHeader.fresh(random), engine -> {});
        try (Engine engine = Engine.open(file, opener, 0, true)) {
            HighWaterMark.create(markPath, engine.storeId(), engine.version()).close();
        }
    }

    Path file() {
        return file;
    }

    Disk.Opener opener() {
        return opener;
    }

    /** Where a replacement waits. */
    Path prepared() {
        return beside(file, ".prepared");
    }

    /** The replacement is the store from now on, although the mark still speaks of the one before. */
    void putInPlace() throws IOException {
        StorageFiles.moveDurably(prepared(), file);
    }

    /** Opens for the first time, or a replacement: store and mark must agree. */
    Engine openFirst() {
        try {
            closeMark();
            Optional<HighWaterMark> found = HighWaterMark.open(beside(file, ".mark"));
            try {
                return openBeside(found);
            } catch (IOException | RuntimeException | Error e) {
                if (found.isPresent()) {
                    found.get().close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw StorageFiles.fault(file, e);
        }
    }

    private Engine openBeside(Optional<HighWaterMark> found) throws IOException {
        long known = found.map(HighWaterMark::version).orElse(0L);
        Engine engine = Engine.open(file, opener, known, true);
        try {
            mark = found.isPresent() ? agreed(engine, found.get()) : missing(engine);
        } catch (IOException | RuntimeException | Error e) {
            engine.abandon();
            throw e;
        }
        return engine;
    }

    private HighWaterMark missing(Engine engine) throws IOException {
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} had no high-water mark: whether this is its newest version cannot be told. A new mark begins.",
                file);
        return HighWaterMark.create(beside(file, ".mark"), engine.storeId(), engine.version());
    }

    private HighWaterMark agreed(Engine engine, HighWaterMark known) throws IOException {
        if (!known.storeId().equals(engine.storeId()) && engine.follows(known.storeId())) {
            known.close();
            return HighWaterMark.create(known.path(), engine.storeId(), engine.version());
        }
        if (!known.storeId().equals(engine.storeId())) {
            throw StoreFaults.rolledBack(file, "this is another store than the one used here before", known.path());
        }
        if (engine.version() < known.version()) {
            throw StoreFaults.rolledBack(
                    file,
                    "its newest readable version is " + engine.version() + ", but version " + known.version()
                            + " was acknowledged: damaged, or an older copy",
                    known.path());
        }
        return known;
    }

    /** Opens anew after an error, without anything that was not acknowledged. */
    Engine reopen(long acknowledged) {
        Engine engine = Engine.open(file, opener, acknowledged, false);
        if (engine.version() != acknowledged) {
            long found = engine.version();
            engine.abandon();
            throw StoreFaults.rolledBack(
                    file, "version " + acknowledged + " was acknowledged, found is " + found, mark.path());
        }
        return engine;
    }

    /** Notes a durable version. The commit stands even when the mark cannot be written; that is said once. */
    void raiseMark(long version) {
        try {
            mark.raise(version);
            markFailed = false;
        } catch (IOException e) {
            complain(e);
        }
    }

    void syncMark() {
        HighWaterMark current = mark;
        if (current == null) {
            return;
        }
        try {
            current.sync();
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException e) {
        if (!markFailed) {
            markFailed = true;
            LOG.log(System.Logger.Level.WARNING, mark.path() + ": the high-water mark cannot be written", e);
        }
    }

    private void closeMark() throws IOException {
        if (mark != null) {
            mark.sync();
            mark.close();
            mark = null;
        }
    }

    /** Bytes that may still be written to the file system. */
    long usableSpace() {
        return StorageFiles.directoryOf(file).toFile().getUsableSpace();
    }

    @Override
    public void close() {
        try {
            closeMark();
        } catch (IOException e) {
            complain(e);
        } finally {
            lock.close();
        }
    }
}
