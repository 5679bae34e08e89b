package io.casemate.core;

import io.casemate.barrier.Barrier;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Asks the barrier now and then whether its key is due for rotation. */
public final class RotationStage implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final Barrier barrier;
    private final Duration every;
    private Semaphore end = new Semaphore(0);

    /** Looks {@code every} so often. */
    public RotationStage(Barrier barrier, Duration every) {
        this.barrier = barrier;
        this.every = every;
    }

    @Override
    public String name() {
        return "key rotation";
    }

    @Override
    public void start() {
        Semaphore mine = new Semaphore(0);
        end = mine;
        Thread.ofVirtual().name("casemate-rotation").start(() -> run(mine));
    }

    @Override
    public void stop() {
        end.release();
    }

    private void run(Semaphore mine) {
        try {
            while (!mine.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            if (barrier.rotateIfDue()) {
                LOG.log(
                        Level.INFO,
                        "the barrier has a new key: term {0}",
                        barrier.keyStatus().term());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot rotate the barrier's key, will try again", e);
        }
    }
}
