package io.casemate.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Durable, ordered map of text keys to bytes. Sees ciphertext only; knows nothing of mounts or secrets.
 *
 * <p>Guarantees, held by {@code StorageContract}: what {@link #transact} returned from survives the loss of the process
 * and of power; a transaction is seen whole or not at all; readers see acknowledged writes only, and are never blocked
 * by a commit; a damaged, foreign or rolled-back file is an error and never a silent loss; a full disk refuses writes,
 * serves reads, and heals without a restart.
 */
public interface Storage extends AutoCloseable {
    /** The value, or empty. The array is the caller's own. */
    Optional<byte[]> get(String key);

    /** At most {@code limit} keys that start with {@code prefix}, in UTF-8 byte order, strictly after {@code after}. */
    List<String> list(String prefix, String after, int limit);

    /**
     * Runs {@code work} on a state that no other transaction changes meanwhile, and makes its writes durable as one.
     * {@code work} is short, does no input or output of its own, and may run while others wait. When it throws, nothing
     * of it remains.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}; nothing of the transaction remains then either
     */
    <T> T transact(Function<Transaction, T> work);

    /** Writes a complete, consistent copy to a new file while work goes on. */
    void backup(Path target);

    /** Gives space of deleted entries back to the file system, as far as it can be had without blocking work. */
    void compact();

    @Override
    void close();

    /** What {@code work} may do. Reads see the transaction's own writes. */
    interface Transaction {
        /** The value, or empty. */
        Optional<byte[]> get(String key);

        /** As {@link Storage#list}, with this transaction's own writes. */
        List<String> list(String prefix, String after, int limit);

        /** Writes or overwrites. The array is not kept. */
        void put(String key, byte[] value);

        /** Removes; nothing happens when the key is absent. */
        void delete(String key);
    }
}
