package io.casemate.storage.mvstore;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link Disk} on a file of the operating system.
 *
 * <p>Built on {@code RandomAccessFile} and not on {@code FileChannel}, because an interrupted thread closes a channel
 * for everybody, and a server may interrupt the thread of a request at any time. A handle has one position, so each
 * concurrent reader has a handle of its own from a small pool.
 */
final class FileDisk implements Disk {
    private static final int IDLE_READERS = 8;

    private final Path file;
    private final RandomAccessFile writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final ConcurrentLinkedQueue<RandomAccessFile> readers = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    FileDisk(Path file) throws IOException {
        this.file = file;
        this.writer = new RandomAccessFile(file.toFile(), "rw");
    }

    @Override
    public void read(long position, byte[] bytes, int from, int length) throws IOException {
        RandomAccessFile handle = borrow();
        try {
            handle.seek(position);
            handle.readFully(bytes, from, length);
        } finally {
            giveBack(handle);
        }
    }

    private RandomAccessFile borrow() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        RandomAccessFile idle = readers.poll();
        return idle == null ? new RandomAccessFile(file.toFile(), "r") : idle;
    }

    private void giveBack(RandomAccessFile handle) throws IOException {
        if (closed || readers.size() >= IDLE_READERS) {
            handle.close();
        } else {
            readers.offer(handle);
        }
    }

    @Override
    public void write(long position, byte[] bytes, int from, int length) throws IOException {
        writing.lock();
        try {
            writer.seek(position);
            writer.write(bytes, from, length);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void truncate(long length) throws IOException {
        writer.setLength(length);
    }

    @Override
    public void sync() throws IOException {
        writer.getFD().sync();
    }

    @Override
    public long length() throws IOException {
        return writer.length();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (RandomAccessFile idle = readers.poll(); idle != null; idle = readers.poll()) {
            idle.close();
        }
        writer.close();
    }
}
