package io.casemate.core;

import io.casemate.barrier.Barrier;
import io.casemate.barrier.BootRecords;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Keeps the stored wraps of root key and recovery key as the configuration wants them, while the server is open: a seal that
 * was added or has come back gets its wrap, one that was removed loses it, and another quorum splits or joins the keys. Both keys change in one durable step, and only to a
 * list of which every new wrap was opened before.
 */
final class Rewrapper {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private static final String FORMER =
            "copies of the store made before this open as they did, and give the key of what is written until there is a new root"
                    + " key: make one now (POST sys/rotate/root)";

    private final Barrier barrier;
    private final BootRecords store;
    private final SealSet seals;
    private final BarrierOpener opener;
    private final EmergencySeal emergency;
    private final Set<WrappedKey> verified = ConcurrentHashMap.newKeySet();

    Rewrapper(SealParts parts, BarrierOpener opener) {
        this.barrier = parts.barrier();
        this.store = parts.records();
        this.seals = parts.seals();
        this.opener = opener;
        this.emergency = new EmergencySeal(parts);
    }

    /**
     * Does what can be done now; nothing while the server is sealed or on its way between shares and devices.
     *
     * @param usable the devices that may be asked
     * @return why devices could not do their part, by seal
     */
    Map<String, FaultException> run(Predicate<SealSet.Device> usable) {
        if (complete()) {
            return Map.of();
        }
        opener.ceremony().lock();
        try {
            return opener.sealed() || !guardedByDevices() ? Map.of() : repair(usable);
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** Whether each seal that shall wrap does, and was seen to open, and no other does. Asks no device. */
    boolean complete() {
        Optional<SealConfiguration> configuration = opener.records().configuration();
        if (configuration.isEmpty() || !guardedByDevices()) {
            return configuration.isPresent()
                    && !seals.auto()
                    && !opener.records().byDevice();
        }
        return complete(opener.records().rootKey().wraps())
                && complete(opener.records().recoveryKey().wraps());
    }

    /** Whether this wrap was seen to open. */
    boolean verified(WrappedKey key) {
        return verified.contains(key);
    }

    /** The device has been away or was in other hands: what it wrapped has to be looked at again. */
    void distrust(SealSet.Device device) {
        verified.removeIf(key -> device.find(List.of(key)).isPresent());
    }

    private boolean complete(KeyWraps wraps) {
        List<WrappedKey> keys = wraps.keys();
        return seals.fits(wraps)
                && seals.wrapping().stream()
                        .allMatch(device ->
                                device.find(keys).filter(verified::contains).isPresent())
                && keys.stream().allMatch(key -> KeyRepair.belongs(seals, key))
                && (wanted().isEmpty() || keys.stream().anyMatch(EmergencySeal::made));
    }

    private Optional<EmergencySeal> wanted() {
        return emergency.configuration().map(_ -> emergency);
    }

    private boolean guardedByDevices() {
        return seals.auto() && opener.records().byDevice();
    }

    private Map<String, FaultException> repair(Predicate<SealSet.Device> usable) {
        WrappedRootKey root = opener.records().rootKey();
        RecoveryKey recovery = opener.records().recoveryKey();
        try (KeyRepair roots = repair(usable, root.context(), root.wraps(), barrier::isRootKey);
                KeyRepair recoveries = repair(usable, recovery.context(), recovery.wraps(), recovery::plausible)) {
            Map<String, byte[]> changed = new HashMap<>();
            if (!roots.changes().isEmpty()) {
                changed.put(WrappedRootKey.RECORD, new WrappedRootKey(root.id(), roots.wraps()).encode());
            }
            if (!recoveries.changes().isEmpty()) {
                RecoveryKey next = new RecoveryKey(recovery.id(), recovery.verifier(), recoveries.wraps());
                changed.put(RecoveryKey.RECORD, next.encode());
            }
            if (!changed.isEmpty()) {
                store.change(changed);
            }
            List<String> changes = new ArrayList<>(roots.changes());
            changes.addAll(recoveries.changes());
            changes.forEach(change -> LOG.log(Level.WARNING, change));
            if (roots.former() || recoveries.former()) {
                store.forgetPrevious();
                LOG.log(Level.WARNING, FORMER);
            }
            Map<String, FaultException> failures = new LinkedHashMap<>(recoveries.failures());
            failures.putAll(roots.failures());
            return failures;
        }
    }

    private KeyRepair repair(
            Predicate<SealSet.Device> usable, KeyContext context, KeyWraps wraps, Predicate<SecretBytes> right) {
        KeyRepair repair = new KeyRepair(seals, usable, context, wraps, right, verified, wanted());
        repair.run();
        return repair;
    }
}
