package io.casemate.core.lease;

import io.casemate.core.Lifecycle;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import io.casemate.lease.Leases;
import java.time.Duration;

/** Ends leases whose time has come, a bounded number at a time. Looks at one place of the store a second, and at one at its start. */
public final class LeaseSweep implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final int AT_A_TIME = 1024;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Leases leases;
    private final Repeated sweeps = new Repeated("casemate-lease-sweep", this::swept);

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
        sweeps.start(PAUSE);
    }

    @Override
    public void stop() {
        sweeps.stop();
    }

    private void forgetGone() {
        try {
            leases.forgetGone();
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.WARNING, "marks of mounts that have left stay until the next unseal", e);
        }
    }

    private Duration swept() {
        return sweep() == AT_A_TIME ? Duration.ZERO : PAUSE;
    }

    private int sweep() {
        try {
            return leases.sweep(AT_A_TIME);
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Sealed)) {
                LOG.log(System.Logger.Level.WARNING, "cannot end leases, will try again", e);
            }
            return 0;
        }
    }
}
