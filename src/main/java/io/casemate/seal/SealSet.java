package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

    private SealSet(ShamirSeal people, List<Device> devices) {
        this.people = people;
        this.devices = devices;
    }

    /** Shares, and nothing else. */
    public static SealSet shamir(ShamirSeal people) {
        return new SealSet(people, List.of());
    }

    /**
     * Devices, in any order.
     *
     * @param people opens what shares wrapped before the devices came, and wraps where all devices are disabled
     */
    public static SealSet of(ShamirSeal people, List<Device> devices) {
        return new SealSet(
                people,
                devices.stream()
                        .sorted(Comparator.comparingInt(Device::priority))
                        .toList());
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

    /**
     * Wraps under each device that is not disabled. Each has to give back what it wrapped before anything is answered, so that
     * a list which gets stored is one that opens.
     *
     * @throws FaultException of the first device that cannot
     */
    public List<WrappedKey> wrap(SecretBytes key, KeyContext context) {
        List<WrappedKey> wrapped = new ArrayList<>();
        for (Device device : wrapping()) {
            wrapped.add(wrapTested(device.seal(), key, context));
        }
        return List.copyOf(wrapped);
    }

    /**
     * Unwraps by the first device, in the order of priority, that can.
     *
     * @throws FaultException {@code Misconfigured} when none of these keys belongs to a configured device; else why none of
     *     them opened: the failure that waiting may heal, if there is one, with the words of all
     */
    public Unwrapped unwrap(List<WrappedKey> keys, KeyContext context) {
        DeviceFailures failures = new DeviceFailures();
        for (Device device : devices) {
            Optional<WrappedKey> own = device.find(keys);
            if (own.isPresent()) {
                try {
                    return new Unwrapped(device.name(), device.seal().unwrap(own.get(), context));
                } catch (FaultException e) {
                    failures.add(device.name(), e);
                }
            }
        }
        throw failures.asOne().orElseGet(() -> foreign(keys));
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

    private Seal first() {
        return auto() ? wrapping().getFirst().seal() : people;
    }

    private FaultException foreign(List<WrappedKey> keys) {
        return new Fault.Misconfigured(List.of("the key is wrapped by the seals "
                        + keys.stream().map(WrappedKey::seal).toList() + ", the configuration has "
                        + (devices.isEmpty()
                                ? List.of(people.name())
                                : devices.stream().map(Device::name).toList())))
                .asException();
    }

    @Override
    public String toString() {
        return "SealSet" + names();
    }
}
