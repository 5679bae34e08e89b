package io.casemate.core;

import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealSet;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Opens the server by shares or by devices, shuts it, and always knows why it is shut. Safe for concurrent use; a call to
 * {@link #seal} waits for nobody.
 */
public final class Unsealer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final String BY_API = "sealed through the API; it stays so until the recovery shares are given to "
            + "sys/unseal or the server is restarted";
    private static final String MIGRATION_PENDING =
            "the configuration asks for a migration from shares to a device: give "
                    + "the unseal shares with 'casemate operator unseal -migrate', or without -migrate to open and stay with them";

    /** What shares are given for. */
    public enum Aim {
        /** To open. */
        UNSEAL,
        /** To go from shares to devices, or back. */
        MIGRATE,
        /** To open with emergency shares. */
        EMERGENCY
    }

    private final SealParts parts;
    private final BarrierOpener opener;
    private final Migration migration;
    private final Optional<AutoUnseal> auto;
    private final OpenByShares shares;
    private final StatusReport report;
    private volatile boolean sealedByHand;

    /** Sealed at first. */
    public Unsealer(SealParts parts, RetryDelays delays) {
        this.parts = parts;
        this.opener = new BarrierOpener(parts);
        this.migration = new Migration(parts, opener);
        this.auto = parts.seals().devices().isEmpty()
                ? Optional.empty()
                : Optional.of(new AutoUnseal(opener, delays, parts.random(), parts.clock()));
        this.shares = new OpenByShares(parts, opener, migration);
        this.report = new StatusReport(parts, opener, migration, shares.round());
    }

    /** Called once at boot: where devices guard the root key, begins to unseal in the background; else does nothing. */
    public void start() {
        try {
            if (!opener.records().initialised()) {
                return;
            }
            if (migration.pending().equals(Optional.of(Migration.Direction.TO_DEVICES))) {
                opener.explain(Optional.of(new Trouble(MIGRATION_PENDING, 0, Optional.empty())));
                LOG.log(Level.WARNING, MIGRATION_PENDING);
                return;
            }
            if (!opener.records().byDevice()) {
                return;
            }
        } catch (FaultException damaged) {
            LOG.log(Level.DEBUG, "left to the attempts to explain", damaged);
        }
        auto.ifPresent(AutoUnseal::start);
    }

    /**
     * A human has put right what the status complained of (a new PIN, say): tries again now. A server that was sealed by hand
     * stays so.
     */
    public void retry() {
        retry(_ -> true);
    }

    /** The same, for a credential that was corrected at some devices: only there may it be used again. */
    public void retry(Predicate<SealSet.Device> corrected) {
        parts.seals().devices().stream()
                .filter(corrected)
                .forEach(device -> device.seal().approveRetry());
        if (sealed() && !sealedByHand) {
            start();
        }
    }

    /** Whether requests are to be refused. Costs two reads of memory. */
    public boolean sealed() {
        return opener.sealed();
    }

    /** Does {@code work} with what is open now, and with nothing that is opened after it ({@link Barrier#bound}). */
    public <T> T bound(Supplier<T> work) {
        return parts.barrier().bound(work);
    }

    /** The state now. Never throws for a store that is damaged: that is what it then says. */
    public SealStatus status() {
        return report.now();
    }

    /** The same with {@link Aim#UNSEAL}. */
    public SealStatus offer(SecretBytes share) {
        return offer(share, Aim.UNSEAL);
    }

    /**
     * Gives one share, which is wiped. The last one needed opens the server, where devices guard the root key by asking them
     * again.
     *
     * @param aim {@code MIGRATE}: for the pending migration, also while the server is open; when it is done, the shares serve
     *     the new kind of seal. {@code EMERGENCY}: an emergency share, which opens without any device
     * @throws FaultException {@code BadRequest} for a share that cannot be one or when the shares together are wrong, and
     *     whatever opening meets; progress is back at nothing then
     */
    public SealStatus offer(SecretBytes share, Aim aim) {
        opener.ceremony().lock();
        try (share) {
            Optional<SecretBytes> key = shares.offer(share, aim);
            if (key.isPresent()) {
                open(key.get(), aim);
            }
            return status();
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** Forgets the shares given so far. */
    public SealStatus reset() {
        opener.ceremony().lock();
        try {
            shares.reset();
            return status();
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** Shuts at once, also for callers already inside. With an auto seal it stays shut until a human steps in. */
    public void seal() {
        sealedByHand = true;
        auto.ifPresent(AutoUnseal::stop);
        opener.shut();
        opener.explain(auto.map(_ -> new Trouble(BY_API, 0, Optional.empty())));
        LOG.log(Level.WARNING, "sealed through the API");
    }

    /** For the end of the process: no more attempts, everything wiped. */
    @Override
    public void close() {
        auto.ifPresent(AutoUnseal::stop);
        opener.shut();
        reset();
    }

    BarrierOpener opener() {
        return opener;
    }

    private void open(SecretBytes key, Aim aim) {
        try (key) {
            shares.open(key, aim);
        } catch (RuntimeException e) {
            FaultException failure = BarrierOpener.asFault(e, UUID.randomUUID().toString());
            keepReason(failure);
            throw failure;
        }
        sealedByHand = false;
        auto.ifPresent(AutoUnseal::stop);
        LOG.log(Level.INFO, "unsealed by shares");
    }

    /** Wrong shares are the client's matter; anything else is the server's, and for the status. */
    private void keepReason(FaultException failure) {
        if (!(failure.fault() instanceof Fault.BadRequest) && opener.sealed()) {
            opener.explain(Optional.of(new Trouble(failure.getMessage(), 1, Optional.empty())));
            if (opener.records().byDevice()) {
                auto.ifPresent(each -> each.failedByHand(failure));
            }
        }
    }
}
