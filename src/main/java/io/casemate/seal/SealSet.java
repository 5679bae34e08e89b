package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The seals that the configuration names: people with shares, or devices by priority. Never changes while the server runs;
 * safe for concurrent use.
 *
 * <p>A device that is {@code disabled} still opens what it wrapped and wraps nothing more: it is on its way out. Where no other
 * device is left, the way leads to shares.
 */
public final class SealSet {
    /**
     * One device.
     *
     * @param priority the smaller number is asked first
     * @param disabled may open, wraps no more
     */
    public record Device(AutoSeal seal, int priority, boolean disabled) {
        /** Its name in the configuration. */
        public String name() {
            return seal.name();
        }

        /** The one that this device wrapped. */
        public Optional<WrappedKey> find(List<WrappedKey> keys) {
            return keys.stream()
                    .filter(key -> key.seal().equals(seal.name()) && key.type().equals(seal.type()))
                    .findFirst();
        }
    }

    /** A key that was unwrapped, which the caller wipes, and the name of the seal that did it. */
    public record Unwrapped(String seal, SecretBytes key) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    private final ShamirSeal people;
    private final List<Device> devices;
    private final int quorum;

    private SealSet(ShamirSeal people, List<Device> devices, int quorum) {
        this.people = people;
        this.devices = devices;
        this.quorum = quorum;
    }

    /** Shares, and nothing else. */
    public static SealSet shamir(ShamirSeal people) {
        return new SealSet(people, List.of(), 1);
    }

    /**
     * Devices, in any order.
     *
     * @param people opens what shares wrapped before the devices came, and wraps where all devices are disabled
     */
    public static SealSet of(ShamirSeal people, List<Device> devices) {
        return of(people, devices, 1);
    }

    /**
     * The same, and so many of them have to open together.
     *
     * @param quorum 1 when each opens alone, at most the number of those that are not disabled
     */
    public static SealSet of(ShamirSeal people, List<Device> devices, int quorum) {
        return new SealSet(
                people,
                devices.stream()
                        .sorted(Comparator.comparingInt(Device::priority))
                        .toList(),
                quorum);
    }

    /** Whether devices shall guard the root key. Shares are recovery shares then, else they are unseal shares. */
    public boolean auto() {
        return devices.stream().anyMatch(device -> !device.disabled());
    }

    /** The API's word for what shall guard the root key: {@code shamir}, {@code pkcs11}. */
    public String type() {
        return first().type();
    }

    /** The names of the seals that shall guard the root key, the first one asked first. */
    public List<String> names() {
        return auto() ? wrapping().stream().map(Device::name).toList() : List.of(people.name());
    }

    /** What is done with shares. */
    public ShamirSeal people() {
        return people;
    }

    /** Every device, by priority, also those that are disabled. */
    public List<Device> devices() {
        return devices;
    }

    /** The devices that wrap, by priority. */
    public List<Device> wrapping() {
        return devices.stream().filter(device -> !device.disabled()).toList();
    }

    /** How many devices shall be needed to open, 1 when each alone shall. */
    public int quorum() {
        return quorum;
    }

    /** Whether a key is kept as it shall be: whole, or in shares of which so many are needed. */
    public boolean fits(KeyWraps wraps) {
        return wraps.needed() == quorum;
    }

    /**
     * Wraps under each device that is not disabled: the key, or with a quorum shares of a new split. Each has to give back what
     * it wrapped before anything is answered, so that a list which gets stored is one that opens.
     *
     * @throws FaultException of the first device that cannot
     */
    public KeyWraps wrap(SecretBytes key, KeyContext context) {
        Map<String, FaultException> failures = new HashMap<>();
        return wrap(key, context, failures)
                .orElseThrow(() -> failures.values().iterator().next());
    }

    /** The same; empty when a device cannot, which then stands in {@code failures}. */
    public Optional<KeyWraps> wrap(SecretBytes key, KeyContext context, Map<String, FaultException> failures) {
        if (quorum == 1) {
            return each((device, _) -> wrapTested(device.seal(), key, context), failures)
                    .map(KeyWraps::whole);
        }
        KeySplit split = new KeySplit(UUID.randomUUID().toString(), quorum);
        List<SecretBytes> shares = people.split(key, wrapping().size(), quorum);
        try {
            return each((device, made) -> split.wrapTested(device, shares.get(made.size()), context, made), failures)
                    .map(keys -> new KeyWraps(Optional.of(split), keys));
        } finally {
            shares.forEach(SecretBytes::close);
        }
    }

    private Optional<List<WrappedKey>> each(
            BiFunction<Device, List<WrappedKey>, WrappedKey> wrap, Map<String, FaultException> failures) {
        List<WrappedKey> made = new ArrayList<>();
        for (Device device : wrapping()) {
            try {
                made.add(wrap.apply(device, made));
            } catch (FaultException e) {
                failures.put(device.name(), e);
                return Optional.empty();
            }
        }
        return Optional.of(made);
    }

    /**
     * Unwraps by the first devices, in the order of priority, that can: by one, or by as many as the key's split needs.
     *
     * @throws FaultException {@code Misconfigured} when too few of these keys belong to a configured device; else why they
     *     did not open: the failure that waiting may heal, if there is one, with the words of all
     */
    public Unwrapped unwrap(KeyWraps wraps, KeyContext context) {
        DeviceFailures failures = new DeviceFailures();
        try (KeyParts parts = new KeyParts(wraps, context, _ -> true)) {
            for (Device device : devices) {
                Optional<WrappedKey> own = device.find(wraps.keys());
                if (own.isPresent() && !parts.enough()) {
                    try {
                        parts.add(device, own.get());
                    } catch (FaultException e) {
                        failures.add(device.name(), e);
                    }
                }
            }
            if (parts.enough()) {
                return new Unwrapped(String.join(", ", parts.seals()), parts.key());
            }
            throw wraps.split().isPresent()
                    ? failures.tooFew(wraps, parts.seals(), configured())
                    : failures.asOne().orElseGet(() -> foreign(wraps.keys()));
        }
    }

    /**
     * Lets one device open what it wrapped, the key or its share, and checks that as far as can be without the others.
     *
     * @param right whether a key is the one it should be
     * @throws FaultException {@code HsmFailed}, of kind {@code DATA} when it is not what the device was given
     */
    public static void look(
            Device device, WrappedKey own, KeyWraps wraps, KeyContext context, Predicate<SecretBytes> right) {
        try (KeyParts parts = new KeyParts(wraps, context, right)) {
            parts.add(device, own);
        }
    }

    /** A human has the authority and has asked to try again: a credential that was refused may be used once more. */
    public void approveRetry() {
        devices.forEach(device -> device.seal().approveRetry());
    }

    /** Wraps under one device, and lets it open the result. */
    public static WrappedKey wrapTested(AutoSeal device, SecretBytes key, KeyContext context) {
        WrappedKey wrapped = device.wrap(key, context);
        try (SecretBytes opened = device.unwrap(wrapped, context)) {
            return wrapped.proven(opened, key);
        }
    }

    private List<String> configured() {
        return devices.isEmpty()
                ? List.of(people.name())
                : devices.stream().map(Device::name).toList();
    }

    private Seal first() {
        return auto() ? wrapping().getFirst().seal() : people;
    }

    private FaultException foreign(List<WrappedKey> keys) {
        return new Fault.Misconfigured(List.of("the key is wrapped by the seals "
                        + keys.stream().map(WrappedKey::seal).toList() + ", the configuration has "
                        + configured() + ": configure one of the former, under its name, and restart"))
                .asException();
    }

    @Override
    public String toString() {
        return "SealSet" + names();
    }
}
