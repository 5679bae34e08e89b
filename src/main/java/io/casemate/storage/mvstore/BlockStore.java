package io.casemate.storage.mvstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;

/**
 * Puts MVStore on a {@link BlockFile}. MVStore writes chunks: a chunk is one version's changed pages, written once as a
 * whole and never changed until its space is free.
 */
final class BlockStore extends RandomAccessStore {
    private static final int FIRST_CHUNK_BLOCK = 2;
    private static final int CHUNK_HEADER = 1024;

    private final BlockFile file;
    private final String name;
    private boolean movedSinceSync;
    private boolean recovered;
    private boolean scanning;

    BlockStore(String name, BlockFile file, int cacheMebibytes) throws IOException {
        super(new HashMap<>(Map.of("cacheSize", cacheMebibytes)));
        this.name = name;
        this.file = file;
        init(name, false);
        setSize(file.size());
    }

    /** The newest chunk MVStore found or wrote; null in an empty file. */
    SFChunk newestChunk() {
        return lastChunk;
    }

    /**
     * After anything but a clean shutdown, looks for the newest version in the whole file. MVStore's quick recovery
     * starts at the chunk its header names, and when that never reached the disk, because power was lost, it takes any
     * older version that is complete, although newer ones were synced and acknowledged.
     */
    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        recovered = recoveryMode || !wasClosedCleanly();
        if (recovered) {
            beginScan();
        }
        try {
            super.readStoreHeader(recovered);
        } finally {
            endScan();
        }
        long named = DataUtils.readHexLong(storeHeader, "version", 0);
        if (!recovered && (lastChunk == null || lastChunk.version != named)) {
            throw DataUtils.newMVStoreException(
                    DataUtils.ERROR_FILE_CORRUPT, "closed at version {0}, which is not whole", named);
        }
    }

    /** Whether the newest version was searched for, because the store was not closed cleanly. */
    boolean isRecovered() {
        return recovered;
    }

    /** First and last block of each chunk above the newest version: what an interrupted commit left. */
    List<long[]> leftovers() {
        beginScan();
        try {
            return chunksAboveNewest();
        } finally {
            endScan();
        }
    }

    private void beginScan() {
        scanning = true;
        file.beginScan();
    }

    private void endScan() {
        scanning = false;
        file.endScan();
    }

    private List<long[]> chunksAboveNewest() {
        List<long[]> found = new ArrayList<>();
        for (long end = FIRST_CHUNK_BLOCK + 1; end <= size() / BlockFile.BLOCK; end++) {
            SFChunk chunk = readChunkFooter(end);
            if (chunk != null && chunk.version > lastChunk.version && chunk.block >= FIRST_CHUNK_BLOCK) {
                found.add(new long[] {chunk.block, end - 1});
            }
        }
        return found;
    }

    private boolean wasClosedCleanly() {
        ByteBuffer headers = readFully((SFChunk) null, 0, 2 * BlockFile.BLOCK);
        String first = StandardCharsets.ISO_8859_1
                .decode(headers.slice(0, BlockFile.BLOCK))
                .toString();
        String second = StandardCharsets.ISO_8859_1
                .decode(headers.slice(BlockFile.BLOCK, BlockFile.BLOCK))
                .toString();
        return first.equals(second) && first.contains(",clean:1,");
    }

    @Override
    public ByteBuffer readFully(SFChunk chunk, long position, int length) {
        try {
            if (scanning
                    && isSearchForChunk(chunk, position, length)
                    && !file.beginsWrite(position / BlockFile.BLOCK)) {
                throw new NoChunkHere();
            }
            ByteBuffer read = file.read(position, length);
            readCount.incrementAndGet();
            readBytes.addAndGet(length);
            return read;
        } catch (DamagedBlockException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "damaged block", e);
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "read at {0}", position, e);
        }
    }

    /** MVStore looks at every block for a chunk's first bytes; nearly all have none, and saying so is to be cheap. */
    private static boolean isSearchForChunk(SFChunk chunk, long position, int length) {
        return chunk == null && length == CHUNK_HEADER && position % BlockFile.BLOCK == 0;
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer source) {
        int length = source.remaining();
        try {
            syncMovesBefore(chunk);
            file.write(position, source);
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "write at {0}", position, e);
        }
        movedSinceSync |= chunk == null && position > 0;
        setSize(Math.max(size(), position + length));
        writeCount.incrementAndGet();
        writeBytes.addAndGet(length);
    }

    /**
     * Compaction moves old chunks and then writes a new one that names their new places, with one sync for all. Were
     * power lost before it, the new chunk could be whole and a moved one not. So moved chunks are made durable first:
     * at any moment at most the newest chunk is in doubt, and opening checks that one.
     */
    private void syncMovesBefore(SFChunk chunk) throws IOException {
        if (chunk != null && movedSinceSync) {
            file.sync();
            movedSinceSync = false;
        }
    }

    @Override
    public void sync() {
        try {
            file.sync();
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "fsync", e);
        }
    }

    @Override
    protected void truncate(long size) {
        try {
            file.truncate(size);
            setSize(Math.min(size(), size));
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "truncate to {0}", size, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "close", e);
        } finally {
            super.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void open(String fileName, boolean readOnly, char[] encryptionKey) {
        throw new UnsupportedOperationException("opened by its constructor");
    }

    @Override
    public FileStore<SFChunk> open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("opened by its constructor");
    }

    @Override
    public void backup(ZipOutputStream out) {
        throw new UnsupportedOperationException("MvStorage.backup copies entries");
    }

    /** Thrown for nearly every block of a search, so without a stack trace. */
    private static final class NoChunkHere extends MVStoreException {
        private static final long serialVersionUID = 1;

        NoChunkHere() {
            super(DataUtils.ERROR_FILE_CORRUPT, "no chunk begins here");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
