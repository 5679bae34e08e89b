package io.casemate.storage.mvstore;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * A drive in memory that forgets what was not synced, sector by sector, when its power is cut, and that can refuse
 * writes, syncs, or everything from a certain operation on. It holds one file, whatever its name.
 */
final class SimulatedDrive implements Disk.Opener {
    private static final int SECTOR = 512;

    private byte[] current = new byte[0];
    private byte[] durable = new byte[0];
    private final List<Change> unsynced = new ArrayList<>();
    private long operations;
    private long powerUntil = Long.MAX_VALUE;
    private String writeError;
    private String syncError;
    private Error openingError;
    private String readError;
    private CountDownLatch syncGate = new CountDownLatch(0);

    /** A write at a position, or a new length when there are no bytes. */
    private record Change(long position, byte[] bytes) {}

    synchronized long operations() {
        return operations;
    }

    /** Everything after {@code count} more operations fails. */
    synchronized void cutPowerAfter(long count) {
        powerUntil = operations + count;
    }

    /** Every write fails with this text, null: none does. */
    synchronized void refuseWrites(String error) {
        writeError = error;
    }

    /** Every sync fails with this text, null: none does. */
    synchronized void refuseSyncs(String error) {
        syncError = error;
    }

    /** Every read fails with this text, null: none does. */
    synchronized void refuseReads(String error) {
        readError = error;
    }

    /** Opening fails with this, null: it does not. */
    synchronized void refuseOpening(Error error) {
        openingError = error;
    }

    /** Syncs hang until the gate is opened. */
    synchronized CountDownLatch hangSyncs() {
        syncGate = new CountDownLatch(1);
        return syncGate;
    }

    synchronized byte[] content() {
        return current.clone();
    }

    /**
     * What is on the platters after the power came back: all that was synced, and of the rest each sector as it was
     * after some of its writes. A length changes only in order.
     */
    synchronized SimulatedDrive afterPowerCut(Random random) {
        double kept = random.nextInt(5) / 4.0;
        byte[] image = durable.clone();
        for (Change change : unsynced) {
            if (change.bytes == null) {
                image = random.nextBoolean() ? Arrays.copyOf(image, (int) change.position) : image;
                continue;
            }
            int at = (int) change.position;
            int end = at + change.bytes.length;
            for (int from = at; from < end; ) {
                int to = Math.min(end, (from / SECTOR + 1) * SECTOR);
                if (random.nextDouble() < kept) {
                    image = to > image.length ? Arrays.copyOf(image, to) : image;
                    System.arraycopy(change.bytes, from - at, image, from, to - from);
                }
                from = to;
            }
        }
        SimulatedDrive after = new SimulatedDrive();
        after.durable = image;
        after.current = image.clone();
        return after;
    }

    @Override
    public synchronized Disk open(Path file) {
        if (openingError != null) {
            throw openingError;
        }
        return new Handle();
    }

    private synchronized void spend(String error) throws IOException {
        if (++operations > powerUntil) {
            throw new IOException("no power");
        }
        if (error != null) {
            throw new IOException(error);
        }
    }

    private final class Handle implements Disk {
        private volatile boolean closed;

        private void requireOpen() throws IOException {
            if (closed) {
                throw new IOException("closed");
            }
        }

        @Override
        public void read(long position, byte[] bytes, int from, int length) throws IOException {
            requireOpen();
            synchronized (SimulatedDrive.this) {
                if (operations >= powerUntil || readError != null) {
                    throw new IOException(readError == null ? "no power" : readError);
                }
                if (position + length > current.length) {
                    throw new EOFException();
                }
                System.arraycopy(current, (int) position, bytes, from, length);
            }
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            requireOpen();
            synchronized (SimulatedDrive.this) {
                spend(writeError);
                int end = (int) position + length;
                current = end > current.length ? Arrays.copyOf(current, end) : current;
                System.arraycopy(bytes, from, current, (int) position, length);
                unsynced.add(new Change(position, Arrays.copyOfRange(bytes, from, from + length)));
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            requireOpen();
            synchronized (SimulatedDrive.this) {
                spend(writeError);
                current = Arrays.copyOf(current, (int) length);
                unsynced.add(new Change(length, null));
            }
        }

        @Override
        public void sync() throws IOException {
            requireOpen();
            CountDownLatch gate;
            synchronized (SimulatedDrive.this) {
                gate = syncGate;
            }
            await(gate);
            synchronized (SimulatedDrive.this) {
                spend(syncError);
                durable = current.clone();
                unsynced.clear();
            }
        }

        private static void await(CountDownLatch gate) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public long length() {
            synchronized (SimulatedDrive.this) {
                return current.length;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
