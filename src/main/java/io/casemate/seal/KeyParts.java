package io.casemate.seal;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealSet.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What devices give back of one key, until it is enough: the key itself from one of them, or shares from as many as its split
 * needs. Closing wipes all. For one thread.
 */
public final class KeyParts implements AutoCloseable {
    private final Optional<KeySplit> split;
    private final KeyContext context;
    private final Predicate<SecretBytes> right;
    private final Map<String, SecretBytes> parts = new LinkedHashMap<>();

    /**
     * Nothing yet.
     *
     * @param right whether a key is the one it should be
     */
    public KeyParts(KeyWraps wraps, KeyContext context, Predicate<SecretBytes> right) {
        this.split = wraps.split();
        this.context = context;
        this.right = right;
    }

    /**
     * Lets a device open its wrap, and keeps what it gives.
     *
     * @throws FaultException {@code HsmFailed}, of kind {@code DATA} when that is not what the device was given
     */
    public void add(Device device, WrappedKey own) {
        SecretBytes opened = split.isPresent() ? split.get().open(device, own, context) : whole(device, own);
        SecretBytes former = parts.put(device.name(), opened);
        if (former != null) {
            former.close();
        }
    }

    /** Whether there is enough for the key. */
    public boolean enough() {
        return parts.size() >= split.map(KeySplit::quorum).orElse(1);
    }

    /** Whose parts are here. */
    public Set<String> seals() {
        return parts.keySet();
    }

    /** The key, when there is enough; the caller wipes it. Shares that do not belong together give another key. */
    public SecretBytes key() {
        return split.isPresent()
                ? Shamir.combine(List.copyOf(parts.values()))
                : parts.values().iterator().next().copy();
    }

    /**
     * Wraps under one more device, or under one that is in the place of another: a share of the same split then, and in the same
     * place the same share. There has to be enough.
     *
     * @param beside the wraps there are
     */
    public WrappedKey wrap(Device device, List<WrappedKey> beside) {
        if (split.isEmpty()) {
            try (SecretBytes key = key()) {
                return SealSet.wrapTested(device.seal(), key, context);
            }
        }
        try (SecretBytes share = Shamir.another(List.copyOf(parts.values()), number(device, beside))) {
            return split.get().wrapTested(device, share, context, beside);
        }
    }

    /** The number it had, else the least that is free. */
    private int number(Device device, List<WrappedKey> beside) {
        Optional<ShareMark> former = device.find(beside).flatMap(this::mark);
        if (former.isPresent()) {
            return former.get().number();
        }
        Set<Integer> taken = new TreeSet<>();
        beside.forEach(key -> mark(key).ifPresent(mark -> taken.add(mark.number())));
        int free = 1;
        while (taken.contains(free)) {
            free++;
        }
        return free;
    }

    private Optional<ShareMark> mark(WrappedKey key) {
        return key.share()
                .filter(mark -> mark.split().equals(split.orElseThrow().id()));
    }

    private SecretBytes whole(Device device, WrappedKey own) {
        SecretBytes opened = device.seal().unwrap(own, context);
        if (!right.test(opened)) {
            opened.close();
            throw new HsmFailed(
                            "KEY_MISMATCH",
                            "C_Decrypt",
                            HsmProblem.DATA,
                            "seal '" + device.name() + "' does not give back the "
                                    + context.purpose().words() + " it wrapped")
                    .asException();
        }
        return opened;
    }

    @Override
    public void close() {
        parts.values().forEach(SecretBytes::close);
        parts.clear();
    }
}
