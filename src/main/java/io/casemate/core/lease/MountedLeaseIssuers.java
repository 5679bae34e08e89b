package io.casemate.core.lease;

import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Leased;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Lease;
import io.casemate.lease.LeaseEntry;
import io.casemate.lease.LeaseIssuers;
import io.casemate.mount.Mounted;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The engines that gave leases, found by the id of their mount, so that a mount can move.
 *
 * @param byId finds a mount that is there
 */
public record MountedLeaseIssuers(Function<String, Optional<Mounted>> byId) implements LeaseIssuers {
    /** The one mount that is on its way out. */
    public static LeaseIssuers of(Mounted leaving) {
        return new MountedLeaseIssuers(_ -> Optional.of(leaving));
    }

    @Override
    public boolean there(LeaseEntry lease) {
        return byId.apply(lease.mount()).flatMap(Mounted::engine).isPresent();
    }

    @Override
    public Lease.Terms renew(LeaseEntry lease, Duration increment) {
        return engine(lease).renew(leased(lease), increment);
    }

    @Override
    public void revoke(LeaseEntry lease) {
        engine(lease).revoke(leased(lease));
    }

    @Override
    public Ttls limits(LeaseEntry lease) {
        return byId.apply(lease.mount()).orElseThrow().entry().config().ttls();
    }

    private SecretsEngine engine(LeaseEntry lease) {
        return byId.apply(lease.mount()).flatMap(Mounted::engine).orElseThrow();
    }

    private static Leased leased(LeaseEntry lease) {
        return new Leased(lease.below(), lease.kept());
    }
}
