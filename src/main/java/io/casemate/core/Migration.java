package io.casemate.core;

import io.casemate.barrier.Barrier;
import io.casemate.barrier.BootRecords;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import io.casemate.seal.SealSet.Unwrapped;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * From shares to devices and back, by the shares that people give. Everything is prepared and tested first; one durable step
 * makes it so. Wherever it is interrupted, the server opens by the old seal before that step and by the new one after it.
 *
 * <p>The people keep their shares: unseal shares become recovery shares, and recovery shares become unseal shares.
 */
final class Migration {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    /** Where it goes. */
    enum Direction {
        /** Shares guard the root key, the configuration wants devices. */
        TO_DEVICES,
        /** Devices guard the root key, the configuration wants shares. */
        TO_SHARES
    }

    private final Barrier barrier;
    private final BootRecords store;
    private final SealSet seals;
    private final BarrierOpener opener;

    Migration(SealParts parts, BarrierOpener opener) {
        this.barrier = parts.barrier();
        this.store = parts.records();
        this.seals = parts.seals();
        this.opener = opener;
    }

    /** The one that is pending; empty when what is stored is what is configured. */
    Optional<Direction> pending() {
        if (opener.records().configuration().isEmpty() || opener.records().byDevice() == seals.auto()) {
            return Optional.empty();
        }
        if (seals.auto()) {
            return Optional.of(Direction.TO_DEVICES);
        }
        return seals.devices().isEmpty() ? Optional.empty() : Optional.of(Direction.TO_SHARES);
    }

    /**
     * Does it.
     *
     * @param key what the shares gave
     * @return the root key, which the caller wipes
     * @throws FaultException {@code BadRequest} when the key is wrong; {@code HsmFailed} when a device does not do its part.
     *     Nothing was changed then
     */
    SecretBytes run(Direction direction, SecretBytes key) {
        SecretBytes rootKey = direction == Direction.TO_DEVICES ? openedByShares(key) : openedByDevice(key);
        boolean done = false;
        try {
            if (!barrier.isRootKey(rootKey)) {
                throw new Fault.Misconfigured(
                                List.of("what was unwrapped is not the root key of this storage; nothing was changed"))
                        .asException();
            }
            if (direction == Direction.TO_DEVICES) {
                toDevices(rootKey, key);
            } else {
                toShares(rootKey, key);
            }
            done = true;
            return rootKey;
        } finally {
            if (!done) {
                rootKey.close();
            }
        }
    }

    private void toDevices(SecretBytes rootKey, SecretBytes unsealKey) {
        WrappedRootKey root = opener.records().rootKey();
        KeyContext recovery = KeyContext.recoveryKey(UUID.randomUUID().toString());
        KeyWraps roots = seals.wrap(rootKey, root.context());
        KeyWraps recoveries = seals.wrap(unsealKey, recovery);
        SealConfiguration shares = opener.records().configuration().orElseThrow();
        store.change(Map.of(
                WrappedRootKey.RECORD, new WrappedRootKey(root.id(), roots).encode(),
                RecoveryKey.RECORD,
                        new RecoveryKey(recovery.id(), RecoveryKey.verifierOf(unsealKey), recoveries).encode(),
                SealConfiguration.RECORD,
                        new SealConfiguration(seals.type(), shares.shares(), shares.threshold()).encode()));
        LOG.log(
                Level.WARNING,
                "migrated from shares to the seals " + seals.names()
                        + ". The unseal shares are recovery shares from now on: they authorise, they do not decrypt");
    }

    private void toShares(SecretBytes rootKey, SecretBytes recoveryKey) {
        WrappedRootKey root = opener.records().rootKey();
        ShamirSeal people = seals.people();
        WrappedKey wrapped = people.wrapTested(rootKey, recoveryKey, root.context());
        SealConfiguration shares = opener.records().configuration().orElseThrow();
        store.change(
                Map.of(
                        WrappedRootKey.RECORD, new WrappedRootKey(root.id(), KeyWraps.whole(List.of(wrapped))).encode(),
                        SealConfiguration.RECORD,
                                new SealConfiguration(people.type(), shares.shares(), shares.threshold()).encode()),
                Set.of(RecoveryKey.RECORD, EmergencySeal.RECORD));
        LOG.log(
                Level.WARNING,
                "migrated from the seals "
                        + seals.devices().stream().map(SealSet.Device::name).toList()
                        + " to shares. The recovery shares are unseal shares from now on: without them the data is lost");
    }

    private SecretBytes openedByShares(SecretBytes unsealKey) {
        WrappedRootKey root = opener.records().rootKey();
        return seals.people().unwrap(root.keys(), unsealKey, root.context()).orElseThrow(BarrierOpener::invalidKey);
    }

    private SecretBytes openedByDevice(SecretBytes recoveryKey) {
        if (!opener.authorised(recoveryKey)) {
            throw BarrierOpener.invalidKey();
        }
        WrappedRootKey root = opener.records().rootKey();
        Unwrapped unwrapped = seals.unwrap(root.wraps(), root.context());
        return unwrapped.key();
    }
}
