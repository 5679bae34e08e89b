package io.casemate.seal;

import io.casemate.kernel.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One key as it is kept: wrapped by each seal for itself, or in shares of which several devices have to open theirs. A wrap
 * for emergency shares is always of the key itself.
 *
 * @param split how the devices' wraps belong together; empty when each opens alone
 */
public record KeyWraps(Optional<KeySplit> split, List<WrappedKey> keys) {
    public KeyWraps {
        keys = List.copyOf(keys);
    }

    /** Each of them opens alone. */
    public static KeyWraps whole(List<WrappedKey> keys) {
        return new KeyWraps(Optional.empty(), keys);
    }

    /** How many devices have to open theirs. */
    public int needed() {
        return split.map(KeySplit::quorum).orElse(1);
    }

    /** The same and one more. */
    public KeyWraps with(WrappedKey one) {
        return new KeyWraps(split, Stream.concat(keys.stream(), Stream.of(one)).toList());
    }

    /** The same but these. */
    public KeyWraps without(Predicate<WrappedKey> these) {
        return new KeyWraps(split, keys.stream().filter(these.negate()).toList());
    }

    /** As bytes, in version 1 when each opens alone, else in version 2. */
    byte[] encode(Map<String, Object> members) {
        split.ifPresent(how -> {
            members.put("split", how.id());
            members.put("quorum", how.quorum());
        });
        members.put("keys", keys.stream().map(WrappedKey::members).toList());
        return split.isPresent() ? SealRecord.encodeSplit(members) : SealRecord.encode(members);
    }

    static KeyWraps of(Map<?, ?> members) {
        List<WrappedKey> keys = SealRecord.keys(members);
        if (members.get("quorum") == null) {
            if (keys.stream().anyMatch(key -> key.share().isPresent())) {
                throw Fault.badRequest("there are shares, and no member quorum");
            }
            return whole(keys);
        }
        KeySplit split = new KeySplit(SealRecord.text(members, "split"), SealRecord.number(members, "quorum"));
        check(split, keys);
        return new KeyWraps(Optional.of(split), keys);
    }

    private static void check(KeySplit split, List<WrappedKey> keys) {
        if (split.quorum() < 2) {
            throw Fault.badRequest("member quorum is less than 2");
        }
        Set<Integer> numbers = new HashSet<>();
        for (WrappedKey key : keys) {
            Optional<ShareMark> mark = key.share().filter(found -> found.split().equals(split.id()));
            if (mark.isPresent() && !numbers.add(mark.get().number())) {
                throw Fault.badRequest(
                        "two seals hold share " + mark.get().number() + ", one of them '" + key.seal() + "'");
            }
        }
        if (numbers.size() < split.quorum()) {
            throw Fault.badRequest(numbers.size() + " shares of split " + split.id() + " are there, " + split.quorum()
                    + " are needed");
        }
    }
}
