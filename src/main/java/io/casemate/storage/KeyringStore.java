package io.casemate.storage;

import java.util.Map;
import java.util.Optional;

/**
 * Where the few records live that are needed before the barrier opens: the sealed keyring, the wrapped root keys, the
 * seal's configuration. Small (kilobytes), read at unseal, written at ceremonies.
 */
public interface KeyringStore extends AutoCloseable {
    /**
     * The newest intact generation, or empty when none was ever written.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when files exist and none is intact
     */
    Optional<Map<String, byte[]>> load();

    /**
     * Whether the last {@link #load} had to use an older generation because the newest is damaged or gone. What was
     * encrypted with a key of the newest one cannot be read then; whoever shows the server's health shows this.
     */
    default boolean loadedPrevious() {
        return false;
    }

    /**
     * Replaces all records by {@code records} as one durable step; on any failure the previous generation stands.
     *
     * @return whether all that is older than the previous generation is gone, durably; when not, the next save tries again
     */
    boolean save(Map<String, byte[]> records);

    @Override
    void close();
}
