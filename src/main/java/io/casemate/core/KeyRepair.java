package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.SealSet;
import io.casemate.seal.SealSet.Device;
import io.casemate.seal.WrappedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Brings the wraps of one key up to the configured devices: adds what is missing, replaces what its own device refuses, drops
 * what belongs to no seal any more. Only computes; whoever asked stores the result.
 *
 * <p>A wrap is dropped only when every device that shall wrap has one that was opened and found right, and replaced only when
 * its device is there, has looked at it, and says no.
 */
final class KeyRepair implements AutoCloseable {
    private final SealSet seals;
    private final Predicate<Device> usable;
    private final KeyContext context;
    private final Predicate<SecretBytes> right;
    private final Set<WrappedKey> verified;
    private final Optional<EmergencySeal> emergency;
    private final Map<String, FaultException> failures = new LinkedHashMap<>();
    private final List<String> changes = new ArrayList<>();
    private List<WrappedKey> keys;
    private SecretBytes key;

    /**
     * @param usable the devices that may be asked; one known to be away would only cost time
     * @param right whether an unwrapped key is the one it should be
     * @param verified wraps known to open; grows here
     * @param emergency present when there shall be a wrap for emergency shares
     */
    KeyRepair(
            SealSet seals,
            Predicate<Device> usable,
            KeyContext context,
            List<WrappedKey> keys,
            Predicate<SecretBytes> right,
            Set<WrappedKey> verified,
            Optional<EmergencySeal> emergency) {
        this.seals = seals;
        this.usable = usable;
        this.context = context;
        this.keys = List.copyOf(keys);
        this.right = right;
        this.verified = verified;
        this.emergency = emergency;
    }

    /** Does it. */
    void run() {
        List<Device> lacking = new ArrayList<>();
        for (Device device : seals.wrapping()) {
            if (usable.test(device) && lacks(device)) {
                lacking.add(device);
            }
        }
        boolean forEmergency = emergency.isPresent() && keys.stream().noneMatch(EmergencySeal::made);
        if ((forEmergency || !lacking.isEmpty()) && fetch()) {
            lacking.forEach(this::wrap);
        }
        if (forEmergency && key != null) {
            wrap(emergency.get());
        }
        if (key == null) {
            lacking.forEach(device -> failures.putIfAbsent(device.name(), alone()));
        }
        dropForeign();
    }

    /** The list as it should be stored. */
    List<WrappedKey> keys() {
        return keys;
    }

    /** What was changed, one sentence each; empty when the list is as it was. */
    List<String> changes() {
        return changes;
    }

    /** Why devices could not, by seal. */
    Map<String, FaultException> failures() {
        return failures;
    }

    /** Whether the device has to wrap: it has nothing here, or refuses what it has. */
    private boolean lacks(Device device) {
        Optional<WrappedKey> own = device.find(keys);
        if (own.isEmpty()) {
            return true;
        }
        return !verified.contains(own.get()) && opens(device, own.get()) == Answer.NO;
    }

    private enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    private Answer opens(Device device, WrappedKey own) {
        try {
            SecretBytes opened = device.seal().unwrap(own, context);
            if (!right.test(opened)) {
                opened.close();
                return Answer.NO;
            }
            verified.add(own);
            keep(opened);
            return Answer.YES;
        } catch (FaultException e) {
            failures.put(device.name(), e);
            boolean looked = e.fault() instanceof HsmFailed failed
                    && (failed.problem() == HsmProblem.SETUP || failed.problem() == HsmProblem.DATA);
            return looked ? Answer.NO : Answer.UNKNOWN;
        }
    }

    /** Gets the key itself from any device that has it, also from one on its way out; else by the emergency shares' key. */
    private boolean fetch() {
        for (Device device : seals.devices()) {
            Optional<WrappedKey> own = device.find(keys);
            if (key == null && own.isPresent() && usable.test(device)) {
                opens(device, own.get());
            }
        }
        if (key == null && emergency.isPresent()) {
            fetch(emergency.get());
        }
        return key != null;
    }

    /** The last way to it, when every device that had it is gone. */
    private void fetch(EmergencySeal shares) {
        try (SecretBytes secret = shares.key()) {
            shares.open(keys, secret, context).ifPresent(opened -> {
                if (right.test(opened)) {
                    keep(opened);
                } else {
                    opened.close();
                }
            });
        }
    }

    private void wrap(EmergencySeal shares) {
        try (SecretBytes secret = shares.key()) {
            replace(Optional.empty(), shares.wrap(key, secret, context));
            changes.add("the emergency shares open the new " + context.purpose().words());
        }
    }

    private void replace(Optional<WrappedKey> old, WrappedKey made) {
        List<WrappedKey> next = new ArrayList<>(keys);
        old.ifPresent(next::remove);
        next.add(made);
        keys = List.copyOf(next);
    }

    private FaultException alone() {
        return new Fault.Unavailable(
                        "it has no wrap of the " + context.purpose().words()
                                + " yet, and no other seal is there to take that key from",
                        Duration.ZERO)
                .asException();
    }

    private void wrap(Device device) {
        try {
            WrappedKey made = SealSet.wrapTested(device.seal(), key, context);
            Optional<WrappedKey> old = device.find(keys);
            replace(old, made);
            verified.add(made);
            failures.remove(device.name());
            changes.add("seal '" + device.name() + "' (token " + made.token() + ") now wraps the "
                    + context.purpose().words() + (old.isEmpty() ? "" : ", in place of a wrap it refused"));
        } catch (FaultException e) {
            failures.put(device.name(), e);
        }
    }

    private void dropForeign() {
        boolean allVerified = seals.wrapping().stream()
                .allMatch(device -> device.find(keys).filter(verified::contains).isPresent());
        if (!allVerified) {
            return;
        }
        for (WrappedKey each : keys) {
            if (!belongs(seals, each)) {
                keys = keys.stream().filter(other -> !other.equals(each)).toList();
                changes.add("the wrap of the " + context.purpose().words() + " by seal '" + each.seal()
                        + "' was dropped: that seal is not configured any more");
            }
        }
    }

    /** Whether the wrap is by a seal of the configuration, be it disabled, or for emergency shares. */
    static boolean belongs(SealSet seals, WrappedKey key) {
        return EmergencySeal.made(key)
                || seals.devices().stream()
                        .anyMatch(device -> device.find(List.of(key)).isPresent());
    }

    private void keep(SecretBytes opened) {
        if (key == null) {
            key = opened;
        } else {
            opened.close();
        }
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
        }
    }
}
