package io.casemate.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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
    /** The longest key, in bytes of UTF-8. The shortest has one byte. */
    int MAX_KEY_BYTES = 4096;

    /** The longest value, in bytes. */
    int MAX_VALUE_BYTES = 32 * 1024 * 1024;

    /** The value, or empty. The array is the caller's own. */
    Optional<byte[]> get(String key);

    /**
     * At most {@code limit} keys that start with {@code prefix}, in UTF-8 byte order, strictly after {@code after}
     * (which need not exist; empty: from the beginning). To skip a whole folder, give its name followed by U+10FFFF.
     */
    List<String> list(String prefix, String after, int limit);

    /**
     * Runs {@code work} on a state that no other transaction changes meanwhile, and makes its writes durable as one.
     * {@code work} is short, does no input or output of its own, and may run while others wait. When it throws, nothing
     * of it remains. {@code work} does not call {@code transact} itself.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}; nothing of the transaction remains then either
     */
    <T> T transact(Function<Transaction, T> work);

    /**
     * Writes a complete, consistent copy to a new file while work goes on. The copy opens like the store itself; the
     * name appears only when all of it is durable.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}, also when {@code target} exists
     */
    void backup(Path target);

    /** The newest durable version, to look at all of it while work goes on. */
    Version version();

    /**
     * Writes what shall take the place of all entries beside them. Nothing changes before {@link Replacement#commit}.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}, and what {@code source} throws; nothing is left then
     */
    Replacement prepare(Source source);

    /** Gives space of deleted entries back to the file system, as far as it can be had without blocking work. */
    void compact();

    @Override
    void close();

    /** One version of all entries, which no write changes. It keeps its space on the disk until it is closed. */
    interface Version extends AutoCloseable {
        /** Counts the versions of this store. */
        long number();

        /**
         * Shows every entry, in UTF-8 byte order; the same ones each time.
         *
         * @throws io.casemate.kernel.FaultException {@code StorageFailed}, also when the store is replaced meanwhile
         * @throws IOException what {@code visitor} threw
         */
        void forEach(Visitor visitor) throws IOException;

        @Override
        void close();
    }

    /** Is shown entries. */
    @FunctionalInterface
    interface Visitor {
        /** One of them; the array is the visitor's own. */
        void entry(String key, byte[] value) throws IOException;
    }

    /** Where the entries of a replacement come from. */
    @FunctionalInterface
    interface Source {
        /** Gives each entry once. */
        void giveTo(BiConsumer<String, byte[]> sink);
    }

    /** Complete and durable entries that have not taken their place yet. */
    interface Replacement extends AutoCloseable {
        /**
         * Puts them in place of all entries there are, as one durable step: whatever happens, all the old ones are there or
         * all the new ones. No transaction may be under way; a {@link Version} that is held ends.
         *
         * @throws io.casemate.kernel.FaultException {@code StorageFailed}; the old entries stand then, unless the new ones
         *     are durable and only could not be opened
         */
        void commit();

        /** Removes them unless they were committed. */
        @Override
        void close();
    }

    /** What {@code work} may do. Reads see the transaction's own writes. */
    interface Transaction {
        /** The value, or empty. */
        Optional<byte[]> get(String key);

        /** As {@link Storage#list}, with this transaction's own writes. */
        List<String> list(String prefix, String after, int limit);

        /**
         * Writes or overwrites. The array is not kept.
         *
         * @throws io.casemate.kernel.FaultException {@code BadRequest} for a key that is empty, longer than
         *     {@link #MAX_KEY_BYTES} or not Unicode; {@code TooLarge} for a value above {@link #MAX_VALUE_BYTES}
         */
        void put(String key, byte[] value);

        /** Removes; nothing happens when the key is absent. */
        void delete(String key);
    }
}
