package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyParts;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.SealSet;
import io.casemate.seal.SealSet.Device;
import io.casemate.seal.WrappedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Brings the wraps of one key up to the configured devices: adds what is missing, replaces what its own device refuses, drops
 * what belongs to no seal any more, and splits or joins the key when another quorum is wanted. Only computes; whoever asked
 * stores the result.
 *
 * <p>A wrap is dropped only when every device that shall wrap has one that was opened and found right, and replaced only when
 * its device is there, has looked at it, and says no. Another quorum needs them all at once.
 */
final class KeyRepair implements AutoCloseable {
    private final SealSet seals;
    private final Predicate<Device> usable;
    private final KeyContext context;
    private final Set<WrappedKey> verified;
    private final Optional<EmergencySeal> emergency;
    private final KeySource source;
    private final List<String> changes = new ArrayList<>();
    private KeyWraps wraps;
    private boolean recast;
    private boolean dropped;

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
            KeyWraps wraps,
            Predicate<SecretBytes> right,
            Set<WrappedKey> verified,
            Optional<EmergencySeal> emergency) {
        this.seals = seals;
        this.usable = usable;
        this.context = context;
        this.wraps = wraps;
        this.verified = verified;
        this.emergency = emergency;
        this.source = new KeySource(wraps, context, right, verified);
    }

    /** Does it. */
    void run() {
        List<Device> lacking = new ArrayList<>();
        for (Device device : seals.wrapping()) {
            if (usable.test(device) && lacks(device)) {
                lacking.add(device);
            }
        }
        boolean forEmergency = emergency.isPresent() && wraps.keys().stream().noneMatch(EmergencySeal::made);
        boolean all = seals.wrapping().stream().allMatch(usable);
        boolean reshape = all && !seals.fits(wraps);
        if ((forEmergency || reshape || !lacking.isEmpty()) && fetch()) {
            if (forEmergency) {
                wrap(emergency.get());
            }
            if (reshape || (all && !lacking.isEmpty() && !extensible())) {
                recast();
            }
            if (!recast && extensible()) {
                lacking.forEach(this::wrap);
            }
        }
        if (!extensible() && !recast) {
            lacking.forEach(device -> source.failures().putIfAbsent(device.name(), alone()));
        }
        dropForeign();
    }

    /** The list as it should be stored. */
    KeyWraps wraps() {
        return wraps;
    }

    /** What was changed, one sentence each; empty when the list is as it was. */
    List<String> changes() {
        return changes;
    }

    /** Whether something that opened the key, or a part of it, does so no more: the list from before should be forgotten. */
    boolean former() {
        return recast || dropped;
    }

    /** Why devices could not, by seal. */
    Map<String, FaultException> failures() {
        return source.failures();
    }

    /** Whether the device has to wrap: it has nothing here, or refuses what it has. */
    private boolean lacks(Device device) {
        Optional<WrappedKey> own = device.find(wraps.keys());
        return own.isEmpty() || (!verified.contains(own.get()) && source.refused(device, own.get()));
    }

    /** From devices that have the key, also from those on their way out. */
    private boolean fetch() {
        return source.fetch(seals.devices().stream().filter(usable).toList(), emergency);
    }

    /** Whether a wrap can be added beside those there are: any key can, a share only to enough others. */
    private boolean extensible() {
        return source.key() != null
                && (wraps.split().isEmpty() || source.parts().isPresent());
    }

    private void wrap(EmergencySeal shares) {
        try (SecretBytes secret = shares.key()) {
            wraps = wraps.with(shares.wrap(source.key(), secret, context));
            changes.add("the emergency shares open the new " + context.purpose().words());
        }
    }

    private FaultException alone() {
        String words = context.purpose().words();
        String why = wraps.split().isPresent()
                ? "it has no share of the " + words + " yet, and fewer than " + wraps.needed()
                        + " other seals are there to make one from"
                : "it has no wrap of the " + words + " yet, and no other seal is there to take that key from";
        return new Fault.Unavailable(why, Duration.ZERO).asException();
    }

    private void wrap(Device device) {
        try {
            Optional<KeyParts> parts = source.parts();
            WrappedKey made = parts.isPresent()
                    ? parts.get().wrap(device, wraps.keys())
                    : SealSet.wrapTested(device.seal(), source.key(), context);
            Optional<WrappedKey> old = device.find(wraps.keys());
            wraps = wraps.without(key -> old.filter(key::equals).isPresent()).with(made);
            verified.add(made);
            source.failures().remove(device.name());
            changes.add("seal '" + device.name() + "' (token " + made.token() + ") now wraps "
                    + (made.share().isPresent() ? "a share of " : "") + "the "
                    + context.purpose().words() + (old.isEmpty() ? "" : ", in place of a wrap it refused"));
        } catch (FaultException e) {
            source.failures().put(device.name(), e);
        }
    }

    /** Wraps under all devices anew, as the configuration wants it; those that wrap no more have nothing afterwards. */
    private void recast() {
        Optional<KeyWraps> fresh = seals.wrap(source.key(), context, source.failures());
        if (fresh.isEmpty()) {
            return;
        }
        verified.addAll(fresh.get().keys());
        List<WrappedKey> kept =
                wraps.keys().stream().filter(EmergencySeal::made).toList();
        wraps = fresh.get();
        for (WrappedKey each : kept) {
            wraps = wraps.with(each);
        }
        recast = true;
        source.failures().clear();
        changes.add("the " + context.purpose().words() + " is opened by "
                + (wraps.needed() == 1 ? "each" : "any " + wraps.needed() + " together") + " of the seals "
                + seals.names() + " from now on" + (wraps.needed() == 1 ? "" : ", and by none alone"));
    }

    private void dropForeign() {
        boolean allVerified = seals.wrapping().stream()
                .allMatch(device ->
                        device.find(wraps.keys()).filter(verified::contains).isPresent());
        if (!allVerified || !seals.fits(wraps)) {
            return;
        }
        for (WrappedKey each : wraps.keys()) {
            if (!belongs(seals, each)) {
                wraps = wraps.without(each::equals);
                dropped = true;
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

    @Override
    public void close() {
        source.close();
    }
}
