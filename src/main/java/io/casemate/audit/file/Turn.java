package io.casemate.audit.file;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One at a time, as with a lock; but whoever waits is turned away when who is in does not come out: a disk may hang. */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private final long patience;

    /** When it became the turn of who is in, never 0; 0 when nobody is. */
    private volatile long since;

    /** @param patience how long to wait, at most */
    Turn(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Waits for the turn; false when it does not come in time, and at once when somebody has been in for longer than that. */
    boolean taken() {
        return takenAtOnce() || (underWay().toNanos() < patience && waitedFor() && begun());
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

    private boolean waitedFor() {
        long until = System.nanoTime() + patience;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lock.tryLock(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
