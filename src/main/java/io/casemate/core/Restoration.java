package io.casemate.core;

import io.casemate.barrier.ReceivedSnapshot;
import io.casemate.barrier.ReceivedSnapshot.Match;
import io.casemate.barrier.Snapshots;
import io.casemate.barrier.StoredSnapshot;
import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Upload;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet.Unwrapped;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes snapshots, and puts one in place of everything: received and proven whole first, made ready beside what is in use,
 * and then exchanged in one durable step while the server is shut for a moment. docs/adr/0025-snapshots.md.
 */
public final class Restoration {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final Duration BUSY = Duration.ofSeconds(10);

    private final SealParts parts;
    private final Unsealer unsealer;
    private final BarrierOpener opener;
    private final Snapshots snapshots;
    private final ProductInfo product;
    private final ReentrantLock running = new ReentrantLock();

    /** Works on the parts of {@code unsealer}. */
    public Restoration(SealParts parts, Unsealer unsealer, Snapshots snapshots, ProductInfo product) {
        this.parts = parts;
        this.unsealer = unsealer;
        this.opener = unsealer.opener();
        this.snapshots = snapshots;
        this.product = product;
    }

    /**
     * All there is, as of one version of the store.
     *
     * @throws FaultException {@code Sealed}, {@code StorageFailed}
     */
    public StoredSnapshot take() {
        return snapshots.take(parts.barrier()::keyringKey, origin());
    }

    /**
     * Puts the snapshot in place of everything and opens the server with it. On any failure before that one step all is as it
     * was. What was there before is kept as a snapshot of its own.
     *
     * @param force takes a snapshot whose root key this server cannot get at. The server is sealed then, until the seal of
     *     that snapshot opens it; and goes on when what is there cannot be kept
     * @throws FaultException {@code BadRequest} when it is not intact or, without force, not proven to be this cluster's;
     *     {@code Unavailable} while another restore runs; {@code StorageFailed}
     */
    public void restore(Upload upload, boolean force) {
        alone(() -> {
            opener.requireOpen();
            try (ReceivedSnapshot snapshot = snapshots.receive(upload);
                    SecretBytes live = parts.barrier().keyringKey()) {
                Optional<SecretBytes> key = key(snapshot, Optional.of(live), force);
                try {
                    snapshot.prepare();
                    exchange(snapshot, key, live, force);
                } finally {
                    key.ifPresent(SecretBytes::close);
                }
            }
        });
    }

    /**
     * The same into a server that was never initialised, which so gets the snapshot's seal, shares and tokens.
     *
     * @param force takes a snapshot whose origin cannot be proven, because no device of this server guards its root key
     * @throws FaultException as for {@link #restore}; {@code BadRequest} when the server is initialised
     */
    public void found(Upload upload, boolean force) {
        alone(() -> {
            requireUninitialised();
            try (ReceivedSnapshot snapshot = snapshots.receive(upload)) {
                Optional<SecretBytes> key = key(snapshot, Optional.empty(), force);
                try {
                    snapshot.prepare();
                    settle(snapshot, key);
                } finally {
                    key.ifPresent(SecretBytes::close);
                }
            }
        });
    }

    private void alone(Runnable work) {
        if (!running.tryLock()) {
            throw new Fault.Unavailable("another snapshot is being restored", BUSY).asException();
        }
        try {
            work.run();
        } finally {
            running.unlock();
        }
    }

    private Snapshots.Origin origin() {
        String seal = opener.records()
                .configuration()
                .map(SealConfiguration::type)
                .orElse(parts.seals().type());
        return new Snapshots.Origin(
                parts.clock().instant(), product.own(), parts.barrier().clusterId(), seal);
    }

    private void requireUninitialised() {
        if (opener.records().initialised()) {
            throw Fault.badRequest("Vault is already initialized");
        }
    }

    /** The snapshot's keyring key; empty when it cannot be had and need not. */
    private Optional<SecretBytes> key(ReceivedSnapshot snapshot, Optional<SecretBytes> live, boolean force) {
        if (live.isPresent()) {
            switch (snapshot.match(live.get())) {
                case FITS -> {
                    return live.map(SecretBytes::copy);
                }
                case CHANGED -> throw changed();
                case OTHER_KEY -> {}
            }
        }
        return byDevice(snapshot, force);
    }

    private Optional<SecretBytes> byDevice(ReceivedSnapshot snapshot, boolean force) {
        if (parts.seals().devices().isEmpty()) {
            return unproven(
                    force,
                    "this server has no HSM that could open its root key, and it was not made under the"
                            + " present one");
        }
        WrappedRootKey root = WrappedRootKey.decode(snapshot.record(WrappedRootKey.RECORD)
                .orElseThrow(() -> Fault.badRequest("the snapshot has no wrapped root key")));
        try (Unwrapped unwrapped = parts.seals().unwrap(root.wraps(), root.context())) {
            return Optional.of(proven(snapshot, snapshot.keyringKey(unwrapped.key())));
        } catch (FaultException e) {
            if (e.fault() instanceof HsmFailed failed && failed.problem() == HsmProblem.AWAY && !force) {
                throw e;
            }
            if (e.fault() instanceof Fault.BadRequest) {
                throw e;
            }
            return unproven(force, "its root key does not open here: " + e.getMessage());
        }
    }

    private static SecretBytes proven(ReceivedSnapshot snapshot, SecretBytes key) {
        if (snapshot.match(key) == Match.FITS) {
            return key;
        }
        key.close();
        throw changed();
    }

    private static FaultException changed() {
        return Fault.badRequest(
                "this is no intact snapshot: it was changed after it was made, or put together of several");
    }

    private static Optional<SecretBytes> unproven(boolean force, String why) {
        if (force) {
            return Optional.empty();
        }
        throw new Fault.BadRequest(List.of(
                        "could not verify the snapshot: " + why,
                        "snapshot-force (-force) takes it on its checksums alone; the server is then sealed until the seal"
                                + " or the shares of the snapshot open it"))
                .asException();
    }

    private void exchange(ReceivedSnapshot snapshot, Optional<SecretBytes> key, SecretBytes live, boolean force) {
        opener.ceremony().lock();
        try {
            opener.requireOpen();
            Snapshots.Origin former = origin();
            opener.shut();
            try {
                keepFormer(live, former, force);
                snapshot.commit();
            } catch (RuntimeException e) {
                parts.records().refresh();
                open(Optional.of(live));
                throw e;
            }
            restored(snapshot, key);
        } finally {
            opener.ceremony().unlock();
        }
    }

    private void settle(ReceivedSnapshot snapshot, Optional<SecretBytes> key) {
        opener.ceremony().lock();
        try {
            requireUninitialised();
            try {
                snapshot.commit();
            } finally {
                parts.records().refresh(); // it may be exchanged and could not be opened
            }
            restored(snapshot, key);
        } finally {
            opener.ceremony().unlock();
        }
    }

    private void keepFormer(SecretBytes live, Snapshots.Origin former, boolean force) {
        try {
            snapshots.keepFormer(live::copy, former);
        } catch (FaultException e) {
            if (!force) {
                throw e;
            }
            LOG.log(Level.WARNING, "what the forced restore replaces could not be kept: {0}", e.getMessage());
        }
    }

    private void restored(ReceivedSnapshot snapshot, Optional<SecretBytes> key) {
        LOG.log(
                Level.WARNING,
                "RESTORED the snapshot of {0}: everything is as it was then. Tokens, leases and certificates revoked since"
                        + " are no longer revoked",
                snapshot.meta().created());
        parts.records().refresh();
        open(key);
    }

    /** The exchange stands, whatever happens here: the status says why the server is shut, and devices try again. */
    private void open(Optional<SecretBytes> key) {
        try {
            if (key.isPresent()) {
                opener.reopen(key.get());
                return;
            }
        } catch (FaultException e) {
            LOG.log(Level.ERROR, "cannot open after a restore: {0}", e.getMessage());
            opener.explain(Optional.of(new Trouble(e.getMessage(), 1, Optional.empty())));
        }
        unsealer.start();
    }
}
