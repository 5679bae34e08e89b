package io.casemate.barrier;

import io.casemate.kernel.SecretBytes;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Encrypts and authenticates everything above the storage. Shut or open, nothing in between; shut, every {@link View} throws
 * {@code Fault.Sealed}, also to callers already inside. Safe for concurrent use; {@link #open}, {@link #found} and
 * {@link #seal} are called by one ceremony at a time.
 */
public interface Barrier {
    /** Whether it is shut. */
    boolean sealed();

    /**
     * Opens with the root key, which is the caller's to wipe.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed}: the keyring does not open with this key, is older
     *     than the storage, or is not this storage's. The barrier is shut then
     */
    void open(SecretBytes rootKey);

    /**
     * Makes a keyring under {@code rootKey} and opens the barrier on an empty storage, with nothing final yet.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the server is initialised; {@code StorageFailed}
     *     when the storage holds entries of another keyring
     */
    Founding found(SecretBytes rootKey);

    /** Shuts at once and wipes keys and cached plaintext. */
    void seal();

    /**
     * Does {@code work} with what is open now. Once that was shut, the work finds everything sealed, though something else may be
     * open by then: a restored store is none of its business. Work that opens the barrier itself goes on with that. Holds for
     * the calling thread.
     */
    <T> T bound(Supplier<T> work);

    /** All below {@code prefix}, which ends with a slash. The view outlives seal and unseal. */
    View view(String prefix);

    /** Whether this is the root key of the stored keyring, by trying it. Works shut and open, and changes nothing. */
    boolean isRootKey(SecretBytes candidate);

    /** An id made when the server was initialised. */
    String clusterId();

    /** The active key. */
    KeyStatus keyStatus();

    /** Makes a new data key for all writes from now on; older ones stay for reading. Durable when it returns. */
    KeyStatus rotate();

    /**
     * Rotates if the policy's interval has passed; true when it did. Also does what earlier changes left undone: the check entry,
     * and a generation of the keyring that should be gone.
     */
    boolean rotateIfDue();

    /**
     * Makes a new data key for all writes from now on, and seals the keyring under {@code rootKey}, which is the caller's to wipe,
     * by way of a new keyring key, in one durable step with the seal's records. On any failure all stands as it was. Who has the
     * former root key and an older keyring reads what was written until now, and nothing that is written later; older values
     * keep their key until they are written anew.
     */
    default void replaceRootKey(SecretBytes rootKey, Map<String, byte[]> sealRecords) {
        replaceRootKey(rootKey, sealRecords, Set.of());
    }

    /** The same, and in that step the records {@code removed} go. */
    void replaceRootKey(SecretBytes rootKey, Map<String, byte[]> sealRecords, Set<String> removed);

    /** The rule for automatic rotation. */
    RotationPolicy rotationPolicy();

    /** Changes that rule, durably. */
    void rotationPolicy(RotationPolicy policy);

    /** A copy of the key that the keyring is sealed under, for whoever will {@link #reopen}; the caller's to wipe. */
    SecretBytes keyringKey();

    /**
     * Opens without the root key, soon after the barrier was shut for a moment. The key is the caller's to wipe.
     *
     * @throws io.casemate.kernel.FaultException as {@link #open} does
     */
    void reopen(SecretBytes keyringKey);

    /** Drops what is cached of a storage key, because it was changed behind the barrier. */
    void invalidate(String storageKey);

    /** A barrier that is open but not yet kept: closing it without {@link #commit} leaves the server uninitialised. */
    interface Founding extends AutoCloseable {
        /** Makes it final, together with the seal's records, in one durable step. */
        void commit(Map<String, byte[]> sealRecords);

        /** After {@link #commit} nothing; before, shuts the barrier and removes what was written. */
        @Override
        void close();
    }
}
