package io.casemate.core;

import io.casemate.barrier.Barrier;
import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.SealSet.Unwrapped;
import io.casemate.seal.Shamir;
import io.casemate.seal.WrappedRootKey;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Opens barrier and stages as one, and shuts them as one; the only holder of the root key besides the initialiser. */
final class BarrierOpener {
    private final Barrier barrier;
    private final Lifecycle lifecycle;
    private final SealSet seals;
    private final SealRecords records;
    private final ReentrantLock ceremony = new ReentrantLock();
    private volatile boolean ready;
    private volatile Optional<Trouble> trouble = Optional.empty();

    BarrierOpener(SealParts parts) {
        this.barrier = parts.barrier();
        this.lifecycle = parts.lifecycle();
        this.seals = parts.seals();
        this.records = new SealRecords(parts.records(), seals);
    }

    /** One ceremony at a time. */
    ReentrantLock ceremony() {
        return ceremony;
    }

    SealRecords records() {
        return records;
    }

    /** Shut, opening or shutting: nobody is served. */
    boolean sealed() {
        return !ready || barrier.sealed();
    }

    /** Why the last attempt to open failed. */
    Optional<Trouble> trouble() {
        return trouble;
    }

    /** Keeps the reason for the status. */
    void explain(Optional<Trouble> reason) {
        trouble = reason;
    }

    /** With the unseal key that the shares gave. */
    void open(SecretBytes unsealKey) {
        WrappedRootKey root = records.rootKey();
        try (SecretBytes rootKey =
                seals.people().unwrap(root.keys(), unsealKey, root.context()).orElseThrow(BarrierOpener::invalidKey)) {
            openWith(rootKey);
        }
    }

    /** With the first devices that can, as many as are needed; answers their seals' names. */
    String openByDevice() {
        records.matching();
        WrappedRootKey root = records.rootKey();
        try (Unwrapped unwrapped = seals.unwrap(root.wraps(), root.context())) {
            openWith(unwrapped.key());
            return unwrapped.seal();
        }
    }

    /**
     * Whether {@code candidate} is the recovery key, by a device's word; devices are asked only when it may be. Holders who open a
     * sealed server want its devices tried, with a PIN that was refused, too; those of another ceremony have said nothing of it.
     */
    boolean authorised(SecretBytes candidate) {
        RecoveryKey recovery = records.recoveryKey();
        if (!recovery.plausible(candidate)) {
            return false;
        }
        if (sealed()) {
            seals.approveRetry();
        }
        try (Unwrapped unwrapped = seals.unwrap(recovery.wraps(), recovery.context())) {
            return unwrapped.key().matches(candidate);
        }
    }

    /**
     * Lets a ceremony go on only with the key that its shares should give; wipes it.
     *
     * @throws FaultException {@code BadRequest} when it is another; what the devices answered
     */
    void require(SecretBytes candidate, String otherwise) {
        boolean right;
        try (candidate) {
            right = records.byDevice() ? authorised(candidate) : unseals(candidate);
        }
        if (!right) {
            throw Fault.badRequest(otherwise + ": the shares that were given do not belong together or are not this"
                    + " server's present ones; nothing has changed, the round begins anew");
        }
    }

    /** Refuses ceremonies while the server is sealed. */
    void requireOpen() {
        if (sealed()) {
            throw new Fault.Sealed().asException();
        }
    }

    private boolean unseals(SecretBytes candidate) {
        WrappedRootKey root = records.rootKey();
        Optional<SecretBytes> key = seals.people().unwrap(root.keys(), candidate, root.context());
        key.ifPresent(SecretBytes::close);
        return key.isPresent();
    }

    /** Stages on a barrier that a ceremony has opened itself. */
    void startStages() {
        lifecycle.start();
    }

    /** From now on requests are served. */
    void serve() {
        trouble = Optional.empty();
        ready = true;
    }

    /** Shuts the barrier at once, whoever holds the ceremony's lock, then stops the stages. */
    void shut() {
        ready = false;
        barrier.seal();
        ceremony.lock();
        try {
            ready = false;
            barrier.seal();
            lifecycle.stop();
        } finally {
            ceremony.unlock();
        }
    }

    /** With the key behind the root key, right after the server was shut for a restore. */
    void reopen(SecretBytes keyringKey) {
        open(() -> barrier.reopen(keyringKey));
    }

    /** With the root key itself, which is the caller's to wipe. */
    void openWith(SecretBytes rootKey) {
        openWith(rootKey, () -> {});
    }

    /** The same, and {@code first} is done on the open barrier before anybody is served; it is shut again when that fails. */
    void openWith(SecretBytes rootKey, Runnable first) {
        if (rootKey.length() != Shamir.KEY_BYTES) {
            throw new Fault.StorageFailed(
                            StorageProblem.CORRUPT, "the wrapped root key holds " + rootKey.length() + " bytes, not 32")
                    .asException();
        }
        open(() -> {
            barrier.open(rootKey);
            first.run();
        });
    }

    private void open(Runnable opening) {
        try {
            opening.run();
            lifecycle.start();
        } catch (RuntimeException | Error e) {
            barrier.seal();
            throw e;
        }
        trouble = Optional.empty();
        ready = true;
    }

    /** The shares together are not the key. */
    static FaultException invalidKey() {
        return Fault.badRequest("Unseal failed, invalid key");
    }

    /** A fault as it is; anything else is a bug, whose text stays in the log. */
    static FaultException asFault(Throwable e, String reference) {
        return e instanceof FaultException fault ? fault : new Fault.Internal(reference).causedBy(e);
    }
}
