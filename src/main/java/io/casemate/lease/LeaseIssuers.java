package io.casemate.lease;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Lease;
import java.time.Duration;

/** The engines that gave leases, wherever they are mounted now. */
public interface LeaseIssuers {
    /** Whether the mount of a lease is still there to be asked. */
    boolean there(LeaseEntry lease);

    /** As {@code SecretsEngine.renew} of the engine that gave it. */
    Lease.Terms renew(LeaseEntry lease, Duration increment);

    /** As {@code SecretsEngine.revoke} of the engine that gave it. */
    void revoke(LeaseEntry lease);

    /** The limits of the mount that gave it, as they are now. */
    Ttls limits(LeaseEntry lease);
}
