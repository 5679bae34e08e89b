package io.casemate.engine;

import io.casemate.barrier.View;
import io.casemate.crypto.ManagedKeys;
import io.casemate.crypto.Signers;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Lease;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A mounted tree of secrets. Knows its own paths; knows nothing of HTTP, tokens or other mounts. What it hands out may be
 * leased: its answer carries {@link Lease.Terms}, the server keeps the lease and asks the engine when it is renewed or ends.
 */
public interface SecretsEngine extends Mountable {
    /**
     * Asked before a lease of its own is renewed; may prolong what the lease stands for. Must not bring back what
     * {@link #revoke} ended.
     *
     * @param increment wished life from now; zero for the lease's own
     * @return what holds from now on: its {@code kept} replaces what was kept
     * @throws io.casemate.kernel.FaultException when it shall not be renewed, and why
     */
    default Lease.Terms renew(Leased lease, Duration increment) {
        throw Fault.badRequest("lease is not renewable");
    }

    /**
     * Ends what a lease of its own stands for. Called at least once for each lease, possibly again after a crash or a failure:
     * what is ended already is no failure. Returns, or fails, within bounded time; a failure is tried again later.
     *
     * @throws io.casemate.kernel.FaultException why it could not be ended
     */
    default void revoke(Leased lease) {}

    /**
     * A living lease of what this engine handed out.
     *
     * @param path of the request that got it, below the mount
     * @param kept as in the terms
     */
    record Leased(String path, Map<String, String> kept) {}

    /** Makes engines of one type. */
    interface Factory {
        /** The API's name for the type, such as {@code kv}. */
        String type();

        /** What the type is for, in one line. */
        String description();

        /** The names of the options that {@link #open} looks at: while they stay, an engine goes on as it is. */
        default Set<String> options() {
            return Set.of();
        }

        /**
         * Opens the engine on its storage, which is empty the first time. Reads little: a mount with a million entries
         * opens as fast as an empty one.
         *
         * @throws io.casemate.kernel.FaultException {@code BadRequest} when the options make no sense
         */
        SecretsEngine open(Context context);
    }

    /**
     * An engine's whole world.
     *
     * @param mountId the mount's UUID; stays when the mount moves
     * @param options the mount's options, such as {@code version=2}
     * @param signers keys of the HSM that the engine makes for itself
     * @param managed keys of HSMs that an operator lets this mount use
     * @param ttls the mount's time-to-live limits as they are now
     */
    record Context(
            String mountId,
            Map<String, String> options,
            Supplier<Ttls> ttls,
            View storage,
            Signers signers,
            ManagedKeys managed,
            SecureRandom random,
            InstantSource clock) {}

    /** Default and longest life of what a mount hands out. */
    record Ttls(Duration fallback, Duration max) {}
}
