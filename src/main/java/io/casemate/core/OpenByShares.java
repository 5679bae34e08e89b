package io.casemate.core;

import io.casemate.core.Unsealer.Aim;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** What the shares that people give do, by the aim they are given for. Guarded by the ceremony's lock, but for the progress. */
final class OpenByShares {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final BarrierOpener opener;
    private final Migration migration;
    private final EmergencySeal emergency;
    private final ShareRound round = new ShareRound();

    OpenByShares(SealParts parts, BarrierOpener opener, Migration migration) {
        this.opener = opener;
        this.migration = migration;
        this.emergency = new EmergencySeal(parts);
    }

    /** The round under way. */
    ShareRound round() {
        return round;
    }

    /**
     * Takes a copy of a share; one that nothing can be done with counts for nothing. The key that they give, right or wrong,
     * as soon as there are enough; nothing is kept then.
     *
     * @throws FaultException {@code BadRequest} for what cannot be a share, or for an aim that there is not
     */
    Optional<SecretBytes> offer(SecretBytes share, Aim aim) {
        SealConfiguration configuration = sharesFor(aim);
        boolean migrating = aim == Aim.MIGRATE && migration.pending().isPresent();
        if (opener.sealed() && aim == Aim.MIGRATE && !migrating) {
            throw Fault.badRequest("can't perform a seal migration, no migration seal found");
        }
        if (!opener.sealed() && !migrating) {
            return Optional.empty();
        }
        round.add(share.copy(), configuration, aim);
        return round.progress().shares() < configuration.threshold() ? Optional.empty() : Optional.of(round.finish());
    }

    /**
     * Does what the shares were given for.
     *
     * @throws FaultException {@code BadRequest} when the key is wrong; else whatever opening meets
     */
    void open(SecretBytes key, Aim aim) {
        switch (aim) {
            case MIGRATE -> migrate(key);
            case EMERGENCY -> openInEmergency(key);
            case UNSEAL -> open(key);
        }
    }

    /** Forgets the shares given so far. */
    void reset() {
        round.reset();
    }

    private SealConfiguration sharesFor(Aim aim) {
        return aim == Aim.EMERGENCY
                ? emergency.configuration().orElseThrow(() -> Fault.badRequest("this server has no emergency shares"))
                : opener.records().matching();
    }

    private void open(SecretBytes key) {
        if (!opener.records().byDevice()) {
            opener.open(key);
            return;
        }
        if (!opener.authorised(key)) {
            throw BarrierOpener.invalidKey();
        }
        opener.openByDevice();
    }

    private void openInEmergency(SecretBytes key) {
        WrappedRootKey root = opener.records().rootKey();
        try (SecretBytes rootKey =
                emergency.open(root.keys(), key, root.context()).orElseThrow(BarrierOpener::invalidKey)) {
            opener.openWith(rootKey);
        }
        LOG.log(Level.WARNING, "UNSEALED BY EMERGENCY SHARES, without any HSM");
    }

    private void migrate(SecretBytes key) {
        migration.run(migration.pending().orElseThrow(), key);
    }
}
