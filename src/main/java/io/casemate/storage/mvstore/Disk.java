package io.casemate.storage.mvstore;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file as the store needs it: positioned reads and writes, and a barrier after which everything written before
 * survives the loss of power. Reads run in parallel with each other and with writes.
 */
interface Disk extends AutoCloseable {
    /** Fills {@code bytes[from, from + length)} or throws; the end of the file is an error too. */
    void read(long position, byte[] bytes, int from, int length) throws IOException;

    /** Writes all of {@code bytes[from, from + length)}, extending the file when need be. */
    void write(long position, byte[] bytes, int from, int length) throws IOException;

    /** Cuts the file to {@code length} bytes. */
    void truncate(long length) throws IOException;

    /** Returns when all that was written before is on stable storage. */
    void sync() throws IOException;

    /** Length in bytes. */
    long length() throws IOException;

    /** Closes without writing anything. */
    @Override
    void close() throws IOException;

    /** How a file becomes a disk. */
    @FunctionalInterface
    interface Opener {
        Disk open(Path file) throws IOException;
    }
}
