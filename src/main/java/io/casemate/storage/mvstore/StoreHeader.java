package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 4096 bytes of a store file: what it is, which format, which store. Written once, when the file is created,
 * under another name, so that a file of this name without it is never one of ours. docs/formats/store-file.md.
 *
 * @param replaced the store in whose place this one was put, which the mark may still speak of; zero when there was none
 */
record StoreHeader(UUID storeId, UUID replaced) {
    static final int SIZE = 4096;
    static final int FORMAT = 1;

    private static final UUID NONE = new UUID(0, 0);
    private static final byte[] MAGIC = "CASEMATE-STORE\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT_AT = MAGIC.length;
    private static final int ID_AT = FORMAT_AT + Integer.BYTES;
    private static final int REPLACED_AT = ID_AT + 2 * Long.BYTES;
    private static final int CHECKSUM_AT = SIZE - Integer.BYTES;

    /** A header for a store that never was before. */
    static StoreHeader fresh(SecureRandom random) {
        return replacing(NONE, random);
    }

    /** The same for one that will take the place of the store {@code former}. */
    static StoreHeader replacing(UUID former, SecureRandom random) {
        return new StoreHeader(new UUID(random.nextLong(), random.nextLong()), former);
    }

    /** Whether this is the store that a mark speaks of, or was put in its place. */
    boolean follows(UUID marked) {
        return storeId.equals(marked) || (!replaced.equals(NONE) && replaced.equals(marked));
    }

    byte[] encoded() {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.put(MAGIC).putInt(FORMAT);
        put(buffer, storeId);
        put(buffer, replaced);
        buffer.putInt(CHECKSUM_AT, checksum(buffer.array()));
        return buffer.array();
    }

    private static void put(ByteBuffer buffer, UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    /** Reads and judges the header of {@code file}. */
    static StoreHeader read(Path file, Disk disk) throws IOException {
        long length = disk.length();
        byte[] bytes = new byte[SIZE];
        disk.read(0, bytes, 0, (int) Math.min(SIZE, length));
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw StorageFiles.fault(
                    StorageProblem.FOREIGN,
                    file,
                    "not a Casemate store. Check the path in the configuration; nothing was changed");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int format = buffer.getInt(FORMAT_AT);
        if (length < SIZE || buffer.getInt(CHECKSUM_AT) != checksum(bytes)) {
            throw StorageFiles.fault(
                    StorageProblem.CORRUPT, file, "its header is damaged or cut off. Restore the last backup");
        }
        if (format > FORMAT) {
            throw StorageFiles.fault(
                    StorageProblem.NEWER,
                    file,
                    "written in store format " + format + ", this Casemate knows up to " + FORMAT
                            + ". Start the Casemate that wrote it; nothing was changed");
        }
        return new StoreHeader(id(buffer, ID_AT), id(buffer, REPLACED_AT));
    }

    private static UUID id(ByteBuffer buffer, int at) {
        return new UUID(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
    }

    private static int checksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CHECKSUM_AT);
        return (int) crc.getValue();
    }
}
