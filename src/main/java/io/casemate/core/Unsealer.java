package io.casemate.core;

import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealConfiguration;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens the server by shares or by a device, shuts it, and always knows why it is shut. Safe for concurrent use; a call to
 * {@link #seal} waits for nobody.
 */
public final class Unsealer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final String BY_API = "sealed through the API; it stays so until the recovery shares are given to "
            + "sys/unseal or the server is restarted";

    private final SealParts parts;
    private final BarrierOpener opener;
    private final Optional<AutoUnseal> auto;
    private final ShareRound round = new ShareRound();

    /** Sealed at first. */
    public Unsealer(SealParts parts, RetryDelays delays) {
        this.parts = parts;
        this.opener = new BarrierOpener(parts);
        this.auto = parts.seals().auto()
                ? Optional.of(new AutoUnseal(opener, delays, parts.random(), parts.clock()))
                : Optional.empty();
    }

    /** Called once at boot: with an auto seal, begins to unseal in the background; else does nothing. */
    public void start() {
        if (!uninitialised()) {
            auto.ifPresent(AutoUnseal::start);
        }
    }

    /** A human has put right what the status complained of (a new PIN, say): tries again now. */
    public void retry() {
        parts.seals().approveRetry();
        if (sealed()) {
            start();
        }
    }

    /** Whether requests are to be refused. Costs two reads of memory. */
    public boolean sealed() {
        return opener.sealed();
    }

    /** The state now. Never throws for a store that is damaged: that is what it then says. */
    public SealStatus status() {
        try {
            return status(opener.records().configuration(), opener.trouble());
        } catch (FaultException e) {
            return status(
                    Optional.of(new SealConfiguration(parts.seals().type(), 0, 0)),
                    Optional.of(new Trouble(FaultText.of(e), 0, Optional.empty())));
        }
    }

    /**
     * Gives one share, which is wiped. The last one needed opens the server, with an auto seal by asking the device again.
     *
     * @throws FaultException {@code BadRequest} for a share that cannot be one or when the shares together are wrong, and
     *     whatever opening meets; progress is back at nothing then
     */
    public SealStatus offer(SecretBytes share) {
        opener.ceremony().lock();
        try (share) {
            SealConfiguration configuration = opener.records().matching();
            if (opener.sealed()) {
                round.add(share.copy(), configuration);
                if (round.progress().shares() >= configuration.threshold()) {
                    finish();
                }
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
            round.reset();
            return status();
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** Shuts at once, also for callers already inside. With an auto seal it stays shut until a human steps in. */
    public void seal() {
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

    private void finish() {
        try (SecretBytes key = round.finish()) {
            if (parts.seals().auto()) {
                finishByDevice(key);
            } else {
                opener.open(key);
            }
        } catch (RuntimeException e) {
            FaultException failure = BarrierOpener.asFault(e, UUID.randomUUID().toString());
            keepReason(failure);
            throw failure;
        }
        auto.ifPresent(AutoUnseal::stop);
        LOG.log(Level.INFO, "unsealed by shares");
    }

    private void finishByDevice(SecretBytes key) {
        if (!opener.authorised(key)) {
            throw Fault.badRequest("Unseal failed, invalid key");
        }
        opener.openByDevice();
    }

    /** Wrong shares are the client's matter; anything else is the server's, and for the status. */
    private void keepReason(FaultException failure) {
        if (!(failure.fault() instanceof Fault.BadRequest)) {
            opener.explain(Optional.of(new Trouble(FaultText.of(failure), 1, Optional.empty())));
            auto.ifPresent(each -> each.failedByHand(failure));
        }
    }

    private boolean uninitialised() {
        try {
            return !opener.records().initialised();
        } catch (FaultException damaged) {
            return false;
        }
    }

    private SealStatus status(Optional<SealConfiguration> configuration, Optional<Trouble> trouble) {
        boolean sealed = opener.sealed();
        ShareRound.Progress progress = round.progress();
        return new SealStatus(
                configuration.map(SealConfiguration::type).orElse(parts.seals().type()),
                configuration.isPresent(),
                sealed,
                configuration.map(SealConfiguration::threshold).orElse(0),
                configuration.map(SealConfiguration::shares).orElse(0),
                progress.shares(),
                progress.nonce(),
                parts.seals().auto(),
                sealed ? "" : clusterId(),
                sealed ? trouble : Optional.empty());
    }

    private String clusterId() {
        try {
            return parts.barrier().clusterId();
        } catch (FaultException sealedMeanwhile) {
            return "";
        }
    }
}
