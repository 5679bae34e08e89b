package io.casemate.audit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One line on its way to one device. Says once what became of it; a later success of a line that failed is not told. */
final class Delivery {
    private final AuditLine line;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile boolean taken;

    Delivery(AuditLine line) {
        this.line = line;
    }

    AuditLine line() {
        return line;
    }

    /** Called by the lane alone; only the first word counts. */
    void tell(boolean success) {
        if (told.getCount() > 0) {
            taken = success;
            told.countDown();
        }
    }

    boolean taken() {
        return taken;
    }

    /** Waits until something is told or {@code until}, a {@link System#nanoTime}; false when nothing was. Not to be interrupted. */
    boolean await(long until) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return told.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
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
