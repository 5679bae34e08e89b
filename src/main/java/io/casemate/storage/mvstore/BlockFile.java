package io.casemate.storage.mvstore;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Blocks of 4096 bytes on a {@link Disk}, each followed by eight bytes that prove it: its place in the write it came
 * with, and a CRC-32C over the block number, that place, the check of the block before it in the same write, and the
 * data. So a flipped bit, a block in the wrong place, and a write of which only some blocks reached the disk are errors
 * and never data. MVStore itself checks much less (a 16-bit check per page that does not cover the content).
 *
 * <p>Blocks 0 and 1 hold MVStore's own header twice, each with its checksum within one sector; they are passed through
 * unchecked, so that a torn write of both cannot make the file unreadable.
 */
final class BlockFile {
    static final int BLOCK = 4096;
    static final int CHECK = 8;
    private static final int STRIDE = BLOCK + CHECK;
    private static final int HEADER_BLOCKS = 2;
    private static final int BLOCKS_PER_WRITE = 64;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final Disk disk;
    private Window window;

    BlockFile(Disk disk) {
        this.disk = disk;
    }

    /** Bytes of whole blocks. */
    long size() throws IOException {
        return Math.max(0, (disk.length() - StoreHeader.SIZE) / STRIDE) * BLOCK;
    }

    /** Reads {@code length} bytes at {@code position}, proving every block it touches. */
    ByteBuffer read(long position, int length) throws IOException {
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        long first = position / BLOCK;
        int count = Math.toIntExact((position + length - 1) / BLOCK - first + 1);
        byte[] raw = new byte[Math.addExact(Math.multiplyExact(count, STRIDE), CHECK)];
        // The check of the block before comes along: it seeds the first block's. Before block 0 it is header padding.
        fetch(offset(first) - CHECK, raw);
        byte[] data = new byte[Math.multiplyExact(count, BLOCK)];
        for (int i = 0; i < count; i++) {
            prove(first + i, raw, i * STRIDE);
            System.arraycopy(raw, i * STRIDE + CHECK, data, i * BLOCK, BLOCK);
        }
        return ByteBuffer.wrap(data, (int) (position % BLOCK), length).slice();
    }

    private void fetch(long position, byte[] into) throws IOException {
        Window ahead = window;
        if (ahead == null || !ahead.fetch(position, into)) {
            disk.read(position, into, 0, into.length);
        }
    }

    /** Whether a write began at {@code block}, so that a chunk may; not proven, only quickly told. */
    boolean beginsWrite(long block) throws IOException {
        byte[] place = new byte[Integer.BYTES];
        fetch(offset(block) + BLOCK, place);
        return (int) INT.get(place, 0) == 0;
    }

    /** Between these two, which only opening uses, reads are served a mebibyte at a time. Nothing is written meanwhile. */
    void beginScan() {
        window = new Window();
    }

    void endScan() {
        window = null;
    }

    /** A stretch of the file in memory. Scans go backwards, so it lies mostly before what is asked for. */
    private final class Window {
        private static final int LENGTH = 1024 * 1024;
        private static final int AHEAD = 64 * 1024;

        private final byte[] bytes = new byte[LENGTH];
        private long start;
        private int filled;

        boolean fetch(long position, byte[] into) throws IOException {
            if (into.length > AHEAD) {
                return false;
            }
            if (position < start || position + into.length > start + filled) {
                fill(position);
            }
            if (position + into.length > start + filled) {
                return false;
            }
            System.arraycopy(bytes, (int) (position - start), into, 0, into.length);
            return true;
        }

        private void fill(long position) throws IOException {
            start = Math.max(0, position + AHEAD - LENGTH);
            filled = (int) Math.max(0, Math.min(LENGTH, disk.length() - start));
            disk.read(start, bytes, 0, filled);
        }
    }

    /** Writes whole blocks from a block's border on, as one write whose parts prove each other. */
    void write(long position, ByteBuffer source) throws IOException {
        if (position % BLOCK != 0 || source.remaining() % BLOCK != 0) {
            throw new IOException("write of " + source.remaining() + " bytes at " + position + " is not in blocks");
        }
        long block = position / BLOCK;
        boolean chained = block >= HEADER_BLOCKS;
        int previous = 0;
        int ordinal = 0;
        while (source.hasRemaining()) {
            int count = Math.min(BLOCKS_PER_WRITE, source.remaining() / BLOCK);
            ByteBuffer out = ByteBuffer.allocate(count * STRIDE);
            for (int i = 0; i < count; i++) {
                int at = out.position();
                source.get(out.array(), at, BLOCK);
                previous = check(block + ordinal + i, chained ? ordinal + i : 0, previous, out.array(), at);
                out.position(at + BLOCK).putInt(chained ? ordinal + i : 0).putInt(previous);
            }
            disk.write(offset(block + ordinal), out.array(), 0, out.position());
            ordinal += count;
        }
    }

    /** Whether blocks {@code first} to {@code first + count - 1} are one complete write. */
    boolean isWhole(long first, int count) {
        try {
            byte[] place = new byte[Integer.BYTES];
            for (int done = 0; done < count; done += BLOCKS_PER_WRITE) {
                read((first + done) * BLOCK, Math.min(BLOCKS_PER_WRITE, count - done) * BLOCK);
                disk.read(offset(first + done) + BLOCK, place, 0, place.length);
                if ((int) INT.get(place, 0) != done) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes blocks {@code first} and {@code last} unreadable for good: a write that failed must not come back. */
    void destroy(long first, long last) throws IOException {
        byte[] nothing = new byte[STRIDE];
        Arrays.fill(nothing, (byte) 0xff);
        disk.write(offset(first), nothing, 0, STRIDE);
        disk.write(offset(last), nothing, 0, STRIDE);
        disk.sync();
    }

    void truncate(long size) throws IOException {
        disk.truncate(offset(size / BLOCK));
    }

    void sync() throws IOException {
        disk.sync();
    }

    void close() throws IOException {
        disk.close();
    }

    private static long offset(long block) {
        return StoreHeader.SIZE + block * STRIDE;
    }

    private static void prove(long block, byte[] raw, int at) throws IOException {
        if (block < HEADER_BLOCKS) {
            return;
        }
        int previous = (int) INT.get(raw, at + Integer.BYTES);
        int ordinal = (int) INT.get(raw, at + CHECK + BLOCK);
        int expected = (int) INT.get(raw, at + CHECK + BLOCK + Integer.BYTES);
        if (check(block, ordinal, previous, raw, at + CHECK) != expected) {
            throw new DamagedBlockException("block " + block + " is not what was written");
        }
    }

    private static int check(long block, int ordinal, int previous, byte[] data, int at) {
        CRC32C crc = new CRC32C();
        ByteBuffer seed = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES);
        seed.putLong(block).putInt(ordinal).putInt(ordinal == 0 ? 0 : previous).flip();
        crc.update(seed);
        crc.update(data, at, BLOCK);
        return (int) crc.getValue();
    }
}
