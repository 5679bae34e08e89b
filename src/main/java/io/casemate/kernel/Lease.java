package io.casemate.kernel;

import java.time.Duration;
import java.util.Map;

/** How long what an answer hands out is good for, and whether the server keeps count of that. */
public sealed interface Lease {
    /** No lease, and nothing to say of time. */
    Lease NONE = new Hint(Duration.ZERO);

    /** How long the client may rely on what it was given; zero for "nothing said". */
    Duration ttl();

    /** A hint: the server keeps no lease, there is nothing to renew or to revoke (KV v1). */
    record Hint(Duration ttl) implements Lease {}

    /**
     * What an engine asks for: the server makes a lease of it, durably, before anybody sees the answer.
     *
     * @param ttl wished; zero for the mount's default
     * @param max longest life over all renewals; zero for the mount's alone
     * @param kept what the engine wants back when the lease is renewed or ends; kept behind the barrier and shown to nobody
     */
    record Terms(Duration ttl, Duration max, boolean renewable, Map<String, String> kept) implements Lease {
        public Terms {
            kept = Map.copyOf(kept);
        }

        @Override
        public String toString() {
            return "Terms[ttl=" + ttl + ", max=" + max + ", renewable=" + renewable + "]";
        }
    }

    /** A lease that was made for this very answer: revoked if the answer cannot leave. */
    record Given(String id, Duration ttl, boolean renewable) implements Lease {}

    /** An older lease that the answer tells of, renewed. */
    record Renewed(String id, Duration ttl, boolean renewable) implements Lease {}
}
