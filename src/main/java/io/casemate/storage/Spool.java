package io.casemate.storage;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Bytes on their way in or out that are too many for memory: a file of mode 0600 without a name, which is gone with the
 * process in whatever way that ends. Leaves {@link #RESERVE} on the file system, so that the store can be written to.
 * Filled once, then read as often as wanted; by one thread at a time.
 */
public final class Spool implements AutoCloseable {
    /** What is left free for others, in bytes. */
    public static final long RESERVE = 32L << 20;

    private static final String PREFIX = "spool-";
    private static final int STEP = 1 << 20;

    private final Path directory;
    private final RandomAccessFile file;

    private Spool(Path directory, RandomAccessFile file) {
        this.directory = directory;
        this.file = file;
    }

    /** An empty one in {@code directory}. */
    public static Spool in(Path directory) {
        Path path = directory.resolve(PREFIX + UUID.randomUUID());
        try {
            StorageFiles.create(path);
            try {
                return new Spool(directory, new RandomAccessFile(path.toFile(), "rw"));
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        }
    }

    /** Removes what a crash left between making the file and unnaming it. */
    public static void tidy(Path directory) {
        try (var left = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : left) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        }
    }

    /** Adds all of {@code source}; how many bytes that were. What {@code source} throws is passed on. */
    public long fill(InputStream source) throws IOException {
        byte[] step = new byte[STEP];
        long sum = 0;
        for (int n = source.readNBytes(step, 0, STEP); n > 0; n = source.readNBytes(step, 0, STEP)) {
            write(step, 0, n);
            sum += n;
        }
        return sum;
    }

    /** Where to write to, buffered; failures to write are {@link FaultException}s. Closing it flushes. */
    public OutputStream sink() {
        return new BufferedOutputStream(new Sink(), STEP);
    }

    /** In bytes. */
    public long length() {
        try {
            return file.length();
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        }
    }

    /** All of it, from the beginning. Only one reader at a time. */
    public InputStream open() throws IOException {
        file.seek(0);
        return new Source();
    }

    private void write(byte[] bytes, int from, int length) {
        if (directory.toFile().getUsableSpace() - length < RESERVE) {
            throw StorageFiles.fault(StorageProblem.FULL, directory, StorageFiles.FULL_REMEDY);
        }
        try {
            file.write(bytes, from, length);
        } catch (IOException e) {
            throw StorageFiles.fault(directory, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            System.getLogger("casemate.storage").log(System.Logger.Level.DEBUG, "closing a spool", e);
        }
    }

    private final class Sink extends OutputStream {
        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            Spool.this.write(bytes, from, length);
        }
    }

    private final class Source extends InputStream {
        @Override
        public int read() throws IOException {
            return file.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return file.read(bytes, from, length);
        }
    }
}
