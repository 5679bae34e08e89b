package io.casemate.core;

import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.FaultException;
import io.casemate.seal.SealConfiguration;
import java.util.Optional;

/** Puts together what {@code sys/seal-status} says. */
final class StatusReport {
    private final SealParts parts;
    private final BarrierOpener opener;
    private final Migration migration;
    private final ShareRound round;
    private final EmergencySeal emergency;

    StatusReport(SealParts parts, BarrierOpener opener, Migration migration, ShareRound round) {
        this.parts = parts;
        this.opener = opener;
        this.migration = migration;
        this.round = round;
        this.emergency = new EmergencySeal(parts);
    }

    /** The state now. Never throws for a store that is damaged: that is what it then says. */
    SealStatus now() {
        try {
            return of(
                    opener.records().configuration(),
                    migration.pending().isPresent(),
                    emergency.configuration(),
                    opener.trouble());
        } catch (FaultException e) {
            return of(
                    Optional.of(new SealConfiguration(parts.seals().type(), 0, 0)),
                    false,
                    Optional.empty(),
                    Optional.of(new Trouble(e.getMessage(), 0, Optional.empty())));
        }
    }

    private SealStatus of(
            Optional<SealConfiguration> stored,
            boolean migrating,
            Optional<SealConfiguration> shares,
            Optional<Trouble> trouble) {
        boolean sealed = opener.sealed();
        String type = stored.map(SealConfiguration::type).orElse(parts.seals().type());
        ShareRound.Progress progress = round.progress();
        return new SealStatus(
                type,
                stored.isPresent(),
                sealed,
                stored.map(SealConfiguration::threshold).orElse(0),
                stored.map(SealConfiguration::shares).orElse(0),
                progress.shares(),
                progress.nonce(),
                !type.equals(parts.seals().people().type()),
                sealed ? "" : clusterId(),
                migrating,
                shares,
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
