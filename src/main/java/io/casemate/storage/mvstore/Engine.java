package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.SFChunk;

/**
 * One opened store file: MVStore configured so that nothing is written except by {@link #commit()}. Not thread-safe but
 * for snapshots; {@link MvStorage} is its only user.
 */
final class Engine implements AutoCloseable {
    private static final String ENTRIES = "entries";
    private static final String HOUSEKEEPING = "housekeeping";
    private static final int CACHE_MEBIBYTES = 16;
    private static final int FULL_ENOUGH_PERCENT = 80;
    private static final int SLICE_BYTES = 2 * 1024 * 1024;

    private final StoreHeader header;
    private final BlockFile file;
    private final BlockStore blocks;
    private final MVStore store;
    private final MVMap<byte[], byte[]> entries;
    private final MVMap<byte[], byte[]> housekeeping;

    // Opened after a crash and not committed to since: then the newest version still lists chunks that a lost commit
    // may have overwritten, which only a search at opening copes with, so there must be no mark of a clean shutdown.
    private boolean unsettled;

    private Engine(Path path, StoreHeader header, Disk disk) throws IOException {
        this.header = header;
        this.file = new BlockFile(disk);
        this.blocks = new BlockStore(path.toString(), file, CACHE_MEBIBYTES);
        // autoCommitDisabled() alone still commits by itself when much is unsaved, in the middle of a transaction.
        this.store = new MVStore.Builder()
                .adoptFileStore(blocks)
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open();
        store.setRetentionTime(0);
        store.setVersionsToKeep(1);
        if (!store.hasMap(ENTRIES) && blocks.newestChunk() != null) {
            throw StorageFiles.fault(
                    StorageProblem.CORRUPT, path, "a store without its entries. " + StoreFaults.RESTORE);
        }
        this.unsettled = blocks.isRecovered();
        this.entries = openMap(ENTRIES);
        this.housekeeping = openMap(HOUSEKEEPING);
    }

    private MVMap<byte[], byte[]> openMap(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<byte[], byte[]>().keyType(BytesType.INSTANCE).valueType(BytesType.INSTANCE));
    }

    /** A new, empty, durable store in a new file of mode 0600. */
    static Engine create(Path path, Disk.Opener opener, StoreHeader header) throws IOException {
        StorageFiles.create(path);
        Disk disk = opener.open(path);
        try {
            disk.write(0, header.encoded(), 0, StoreHeader.SIZE);
            Engine engine = new Engine(path, header, disk);
            engine.touch();
            engine.commit();
            engine.sync();
            return engine;
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw StoreFaults.of(path, e);
        }
    }

    /**
     * Opens an existing file. A newest version that is incomplete and was never acknowledged is taken out; so is any
     * version above {@code durable} when {@code keepNewer} is false.
     *
     * @param durable the newest version known to be acknowledged
     */
    static Engine open(Path path, Disk.Opener opener, long durable, boolean keepNewer) {
        while (true) {
            Engine engine = openOnce(path, opener);
            try {
                if (!engine.dropNewest(path, durable, keepNewer)) {
                    return engine;
                }
                engine.abandon();
            } catch (IOException | RuntimeException | Error e) {
                engine.abandon();
                throw StoreFaults.of(path, e);
            }
        }
    }

    private static Engine openOnce(Path path, Disk.Opener opener) {
        Disk disk = null;
        try {
            disk = opener.open(path);
            StoreHeader header = StoreHeader.read(path, disk);
            if (new BlockFile(disk).size() == 0) {
                throw StorageFiles.fault(
                        StorageProblem.CORRUPT, path, "cut off after its header. " + StoreFaults.RESTORE);
            }
            return new Engine(path, header, disk);
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(disk);
            throw StoreFaults.of(path, e);
        }
    }

    /** True when the newest version had to go and the file must be opened again. */
    private boolean dropNewest(Path path, long durable, boolean keepNewer) throws IOException {
        SFChunk newest = blocks.newestChunk();
        if (newest == null) {
            throw StorageFiles.fault(StorageProblem.CORRUPT, path, "no readable version in it. " + StoreFaults.RESTORE);
        }
        boolean whole = file.isWhole(newest.block, newest.len);
        if (newest.version > durable && (!whole || !keepNewer)) {
            file.destroy(newest.block, newest.block + newest.len - 1);
            return true;
        }
        if (!whole) {
            throw new DamagedBlockException("newest version " + newest.version);
        }
        if (unsettled && newest.version >= durable) {
            for (long[] leftover : blocks.leftovers()) {
                file.destroy(leftover[0], leftover[1]);
            }
        }
        return false;
    }

    private static void closeQuietly(Disk disk) {
        if (disk != null) {
            try {
                disk.close();
            } catch (IOException e) {
                System.getLogger("casemate.storage").log(System.Logger.Level.DEBUG, "closing after a failure", e);
            }
        }
    }

    UUID storeId() {
        return header.storeId();
    }

    /** Whether this is the store {@code marked}, or was put in its place. */
    boolean follows(UUID marked) {
        return header.follows(marked);
    }

    /** Entries with all writes so far, durable or not. */
    MVMap<byte[], byte[]> entries() {
        return entries;
    }

    /** The newest committed version. */
    long version() {
        return store.getCurrentVersion();
    }

    /** Hands all changes to the operating system as one version; durable after {@link #sync()}. */
    void commit() {
        store.commit();
    }

    void sync() {
        store.sync();
        unsettled = false;
    }

    Snapshot snapshot() {
        return new Snapshot(store, entries);
    }

    /** Changes something that no reader sees, so that the next commit makes a version and frees what the last left. */
    void touch() {
        byte[] key = {0};
        byte[] old = housekeeping.get(key);
        housekeeping.put(key, new byte[] {(byte) (old == null ? 0 : old[0] + 1)});
    }

    /** Whether much of the file is taken by pages that no version needs. */
    boolean isSparse() {
        return blocks.getChunksFillRate() < FULL_ENOUGH_PERCENT || blocks.getFillRate() < FULL_ENOUGH_PERCENT;
    }

    /** Rewrites some of the sparsest chunks as part of the next version; false when none is worth it. */
    boolean rewriteSlice() {
        boolean rewritten = store.compact(FULL_ENOUGH_PERCENT, SLICE_BYTES);
        touch();
        return rewritten;
    }

    /** Moves some chunks from the end of the file into free space and cuts it. Leaves everything durable. */
    void moveSlice() {
        blocks.compactMoveChunks(FULL_ENOUGH_PERCENT, SLICE_BYTES, store);
    }

    long fileBytes() {
        return blocks.size();
    }

    /** Closes without writing, after an error. */
    void abandon() {
        store.closeImmediately();
    }

    /** Writes the mark of a clean shutdown, if it may, syncs and closes. */
    @Override
    public void close() {
        if (unsettled && !store.hasUnsavedChanges()) {
            store.closeImmediately();
        } else {
            store.close();
        }
    }

    /** Creates a store under another name and gives it its name when it is complete and durable. */
    static void createDurably(Path path, Disk.Opener opener, StoreHeader header, Filler filler) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try {
            try (Engine engine = create(unfinished, opener, header)) {
                filler.fill(engine);
            }
            StorageFiles.sync(unfinished);
            StorageFiles.moveDurably(unfinished, path);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            FaultException fault = StoreFaults.of(path, e);
            throw fault;
        }
    }

    /** Puts the first entries into a new store. */
    @FunctionalInterface
    interface Filler {
        void fill(Engine engine);
    }
}
