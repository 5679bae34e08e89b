package io.casemate.audit.file;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One at a time, as with a lock; but whoever waits is turned away when who is in does not come out: a disk may hang. */
final class BoundedLock {
    private final ReentrantLock lock = new ReentrantLock();
    private final long patience;

    /** When it became the turn of who is in, never 0; 0 when nobody is. */
    private volatile long since;

    /** @param patience how long somebody may be in before others are turned away */
    BoundedLock(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Waits for the turn, however many are before; false when one of them has been in for longer than patience lasts. */
    boolean taken() {
        return takenAtOnce() || (waitedFor() && begun());
    }

    boolean takenAtOnce() {
        return lock.tryLock() && begun();
    }

    void over() {
        since = 0;
        lock.unlock();
    }

    /** How long somebody has been in; zero when nobody is. Waits for nobody. */
    Duration underWay() {
        long begun = since;
        return begun == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begun);
    }

    private boolean begun() {
        since = System.nanoTime() | 1;
        return true;
    }

    private long left() {
        return patience - underWay().toNanos();
    }

    /** As long as turns end: only one that does not is a hang. */
    private boolean waitedFor() {
        boolean interrupted = false;
        try {
            for (long left = left(); left > 0; left = left()) {
                try {
                    if (lock.tryLock(left, TimeUnit.NANOSECONDS)) {
                        return true;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
