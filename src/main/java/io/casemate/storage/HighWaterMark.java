package io.casemate.storage;

import io.casemate.kernel.Fault.StorageProblem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * The newest version of a store that was ever acknowledged, in a small file beside it. A store that is older than its
 * mark was rolled back or replaced: MVStore alone falls back to an older version without a word when the newest is
 * damaged. docs/formats/store-file.md.
 *
 * <p>Written after every synced commit, in place, without an fsync of its own: an ended process loses nothing of it, a
 * power cut at most the last second, in which it only says less than it could. Two slots in two sectors take turns, so
 * that a torn write leaves the other. It stops accidents and not an attacker, who can roll back both files.
 */
public final class HighWaterMark implements AutoCloseable {
    private static final long MAGIC = 0x434d4d41524b3031L; // "CMMARK01"
    private static final int SLOT = 512;
    private static final int RECORD = 3 * Long.BYTES + Long.BYTES + Integer.BYTES;

    private final Path path;
    private final RandomAccessFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private UUID storeId;
    private long version;
    private int slot;
    private boolean dirty;

    private HighWaterMark(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /** The mark at {@code path}, or empty when there is no such file. */
    public static Optional<HighWaterMark> open(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        HighWaterMark mark = new HighWaterMark(path, new RandomAccessFile(path.toFile(), "rw"));
        boolean first = mark.readSlot(0);
        boolean second = mark.readSlot(1);
        if (!first && !second) {
            mark.file.close();
            throw StorageFiles.fault(
                    StorageProblem.CORRUPT,
                    path,
                    "the store's high-water mark is damaged. If the store beside it is known to be the newest, delete"
                            + " this file; otherwise restore the last backup");
        }
        return Optional.of(mark);
    }

    /** A new durable mark. It gets its name when it is complete, so that a crash leaves none or a good one. */
    public static HighWaterMark create(Path path, UUID storeId, long version) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        StorageFiles.create(unfinished);
        HighWaterMark mark = new HighWaterMark(path, new RandomAccessFile(unfinished.toFile(), "rw"));
        mark.storeId = storeId;
        mark.file.setLength(2L * SLOT);
        mark.raise(version);
        mark.sync();
        StorageFiles.moveDurably(unfinished, path);
        return mark;
    }

    private boolean readSlot(int index) throws IOException {
        byte[] bytes = new byte[RECORD];
        if (file.length() < (long) index * SLOT + RECORD) {
            return false;
        }
        file.seek((long) index * SLOT);
        file.readFully(bytes);
        ByteBuffer record = ByteBuffer.wrap(bytes);
        if (record.getLong() != MAGIC || record.getInt(RECORD - Integer.BYTES) != checksum(bytes)) {
            return false;
        }
        UUID id = new UUID(record.getLong(), record.getLong());
        long found = record.getLong();
        if (storeId == null || found > version) {
            storeId = id;
            version = found;
            slot = index;
        }
        return true;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Which store it speaks of. */
    public UUID storeId() {
        return storeId;
    }

    /** The newest version known to be durable. */
    public long version() {
        return version;
    }

    /** Notes that {@code durable} is on stable storage. */
    public void raise(long durable) throws IOException {
        lock.lock();
        try {
            int next = 1 - slot;
            ByteBuffer record = ByteBuffer.allocate(RECORD);
            record.putLong(MAGIC).putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
            record.putLong(durable).putInt(checksum(record.array()));
            file.seek((long) next * SLOT);
            file.write(record.array());
            slot = next;
            version = durable;
            dirty = true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the mark itself durable, when it changed since the last time. */
    public void sync() throws IOException {
        lock.lock();
        try {
            if (dirty) {
                dirty = false;
                file.getFD().sync();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes without syncing. */
    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int checksum(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, RECORD - Integer.BYTES);
        return (int) crc.getValue();
    }
}
