package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.lease.Leases;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Ends leases whose time has come, a bounded number at a time. Looks at one place of the store a second, and at one at its start. */
public final class LeaseSweep implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final int AT_A_TIME = 1024;

    private final Leases leases;
    private Semaphore end = new Semaphore(0);

    /** Sweeps {@code leases}. */
    public LeaseSweep(Leases leases) {
        this.leases = leases;
    }

    @Override
    public String name() {
        return "leases";
    }

    @Override
    public void start() {
        forgetGone();
        Semaphore mine = new Semaphore(0);
        end = mine;
        Thread.ofVirtual().name("casemate-lease-sweep").start(() -> run(mine));
    }

    @Override
    public void stop() {
        end.release();
    }

    private void forgetGone() {
        try {
            leases.forgetGone();
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.WARNING, "marks of mounts that have left stay until the next unseal", e);
        }
    }

    private void run(Semaphore mine) {
        try {
            long pause = 1;
            while (!mine.tryAcquire(pause, TimeUnit.SECONDS)) {
                pause = sweep() == AT_A_TIME ? 0 : 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int sweep() {
        try {
            return leases.sweep(AT_A_TIME);
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Sealed)) {
                LOG.log(System.Logger.Level.WARNING, "cannot end leases, will try again", e);
            }
            return 0;
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "ending leases met a bug", bug);
            return 0;
        }
    }
}
