package io.casemate.core;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyParts;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.SealSet.Device;
import io.casemate.seal.WrappedKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Gets one key back from those who have it, and learns on the way which wraps open. Closing wipes all of it. */
final class KeySource implements AutoCloseable {
    private final KeyWraps wraps;
    private final KeyContext context;
    private final Predicate<SecretBytes> right;
    private final Set<WrappedKey> verified;
    private final KeyParts parts;
    private final Set<Device> asked = new HashSet<>();
    private final Map<String, FaultException> failures = new LinkedHashMap<>();
    private SecretBytes key;
    private boolean byParts;

    /**
     * @param right whether a key is the one it should be
     * @param verified wraps known to open; grows here
     */
    KeySource(KeyWraps wraps, KeyContext context, Predicate<SecretBytes> right, Set<WrappedKey> verified) {
        this.wraps = wraps;
        this.context = context;
        this.right = right;
        this.verified = verified;
        this.parts = new KeyParts(wraps, context, right);
    }

    /** Why devices could not, by seal; whoever learns more of it writes it here. */
    Map<String, FaultException> failures() {
        return failures;
    }

    /** Whether the device is there, has looked at its wrap, and does not open it. */
    boolean refused(Device device, WrappedKey own) {
        asked.add(device);
        try {
            parts.add(device, own);
            verified.add(own);
            return false;
        } catch (FaultException e) {
            failures.put(device.name(), e);
            return e.fault() instanceof HsmFailed failed
                    && (failed.problem() == HsmProblem.SETUP || failed.problem() == HsmProblem.DATA);
        }
    }

    /** Asks these devices, as far as they have a wrap and until it is enough; then the emergency shares' key. */
    boolean fetch(List<Device> devices, Optional<EmergencySeal> emergency) {
        for (Device device : devices) {
            Optional<WrappedKey> own = device.find(wraps.keys());
            if (!parts.enough() && own.isPresent() && !asked.contains(device)) {
                refused(device, own.get());
            }
        }
        if (key == null && parts.enough()) {
            byParts = keep(parts.key());
            if (!byParts) {
                parts.seals().forEach(seal -> failures.put(seal, strangers()));
            }
        }
        if (key == null && emergency.isPresent()) {
            fetch(emergency.get());
        }
        return key != null;
    }

    /** The key, once it was fetched; stays this one's to wipe. */
    SecretBytes key() {
        return key;
    }

    /** What devices gave, when that was the key: more can be wrapped from it beside what there is. */
    Optional<KeyParts> parts() {
        return byParts ? Optional.of(parts) : Optional.empty();
    }

    /** The last way to it, when too many of the devices that had it are gone. */
    private void fetch(EmergencySeal shares) {
        try (SecretBytes secret = shares.key()) {
            shares.open(wraps.keys(), secret, context).ifPresent(this::keep);
        }
    }

    private boolean keep(SecretBytes opened) {
        if (right.test(opened)) {
            key = opened;
            return true;
        }
        opened.close();
        return false;
    }

    private FaultException strangers() {
        return new HsmFailed(
                        "SHARES_MISMATCH",
                        "C_Decrypt",
                        HsmProblem.DATA,
                        "the shares of the seals " + parts.seals() + " together do not give the "
                                + context.purpose().words()
                                + " of this storage; restore the keyring file from a backup")
                .asException();
    }

    @Override
    public void close() {
        parts.close();
        if (key != null) {
            key.close();
        }
    }
}
