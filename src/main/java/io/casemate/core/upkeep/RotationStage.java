package io.casemate.core.upkeep;

import io.casemate.barrier.Barrier;
import io.casemate.core.Lifecycle;
import io.casemate.kernel.Repeated;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Asks the barrier now and then whether its key is due for rotation. */
public final class RotationStage implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final Barrier barrier;
    private final Duration every;
    private final Repeated looks = new Repeated("casemate-rotation", this::looked);

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
        looks.start(every);
    }

    @Override
    public void stop() {
        looks.stop();
    }

    private Duration looked() {
        look();
        return every;
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
