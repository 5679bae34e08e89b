package io.casemate.core;

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

    private final SealParts parts;
    private final SealSet seals;
    private final BarrierOpener opener;

    Migration(SealParts parts, BarrierOpener opener) {
        this.parts = parts;
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
     * Does it, with a new root key, keyring key and data key, so that what guarded the former ones opens nothing that is written
     * later; opens the server when it is sealed.
     *
     * @param key what the shares gave
     * @throws FaultException {@code BadRequest} when the key is wrong; {@code HsmFailed} when a device does not do its part.
     *     Nothing was changed then
     */
    void run(Direction direction, SecretBytes key) {
        try (SecretBytes former = direction == Direction.TO_DEVICES ? openedByShares(key) : openedByDevice(key);
                SecretBytes rootKey = Keys.random(parts.random())) {
            if (!parts.barrier().isRootKey(former)) {
                throw new Fault.Misconfigured(
                                List.of("what was unwrapped is not the root key of this storage; nothing was changed"))
                        .asException();
            }
            Step step = direction == Direction.TO_DEVICES ? toDevices(rootKey, key) : toShares(rootKey, key);
            if (opener.sealed()) {
                opener.openWith(former, () -> take(step, rootKey));
            } else {
                take(step, rootKey);
            }
        }
    }

    /** What is stored under the new seal, and what goes. */
    private record Step(Map<String, byte[]> changed, Set<String> removed, String done) {}

    private void take(Step step, SecretBytes rootKey) {
        parts.barrier().replaceRootKey(rootKey, step.changed(), step.removed());
        parts.records().forgetPrevious();
        LOG.log(Level.WARNING, step.done());
    }

    private Step toDevices(SecretBytes rootKey, SecretBytes unsealKey) {
        KeyContext root = KeyContext.rootKey(UUID.randomUUID().toString());
        KeyContext recovery = KeyContext.recoveryKey(UUID.randomUUID().toString());
        KeyWraps roots = seals.wrap(rootKey, root);
        KeyWraps recoveries = seals.wrap(unsealKey, recovery);
        SealConfiguration shares = opener.records().configuration().orElseThrow();
        return new Step(
                Map.of(
                        WrappedRootKey.RECORD, new WrappedRootKey(root.id(), roots).encode(),
                        RecoveryKey.RECORD,
                                new RecoveryKey(recovery.id(), RecoveryKey.verifierOf(unsealKey), recoveries).encode(),
                        SealConfiguration.RECORD,
                                new SealConfiguration(seals.type(), shares.shares(), shares.threshold()).encode()),
                Set.of(),
                "migrated from shares to the seals " + seals.names()
                        + ", with a new root key. The unseal shares are recovery shares from now on: they authorise. They open"
                        + " copies of the store made before, and nothing that is written later");
    }

    private Step toShares(SecretBytes rootKey, SecretBytes recoveryKey) {
        KeyContext root = KeyContext.rootKey(UUID.randomUUID().toString());
        ShamirSeal people = seals.people();
        KeyWraps wrapped = KeyWraps.whole(List.of(people.wrapTested(rootKey, recoveryKey, root)));
        SealConfiguration shares = opener.records().configuration().orElseThrow();
        return new Step(
                Map.of(
                        WrappedRootKey.RECORD, new WrappedRootKey(root.id(), wrapped).encode(),
                        SealConfiguration.RECORD,
                                new SealConfiguration(people.type(), shares.shares(), shares.threshold()).encode()),
                Set.of(RecoveryKey.RECORD, EmergencySeal.RECORD),
                "migrated from the seals "
                        + seals.devices().stream().map(SealSet.Device::name).toList()
                        + " to shares, with a new root key. The recovery shares are unseal shares from now on: without them the"
                        + " data is lost. The HSMs open copies of the store made before, and nothing that is written later");
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
