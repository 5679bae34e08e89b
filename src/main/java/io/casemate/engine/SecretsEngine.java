package io.casemate.engine;

import io.casemate.barrier.View;
import io.casemate.crypto.Signers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** A mounted tree of secrets. Knows its own paths; knows nothing of HTTP, tokens, leases or other mounts. */
public interface SecretsEngine extends Mountable {
    /** Makes engines of one type. */
    interface Factory {
        /** The API's name for the type, such as {@code kv}. */
        String type();

        /** What the type is for, in one line. */
        String description();

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
     * @param ttls the mount's time-to-live limits as they are now
     */
    record Context(
            String mountId,
            Map<String, String> options,
            Supplier<Ttls> ttls,
            View storage,
            Signers signers,
            SecureRandom random,
            InstantSource clock) {}

    /** Default and longest life of what a mount hands out. */
    record Ttls(Duration fallback, Duration max) {}
}
