package io.casemate.barrier;

import java.util.ArrayList;
import java.util.List;

/** All data keys, terms ascending, and the rule for the next rotation. Immutable but for the counts in the keys. */
record Keyring(List<DataKey> keys, RotationPolicy policy) implements AutoCloseable {
    Keyring {
        keys = List.copyOf(keys);
    }

    DataKey active() {
        return keys.getLast();
    }

    /** The key of a term, or {@code null}. Newest first: most values are young. */
    DataKey term(int term) {
        for (int i = keys.size() - 1; i >= 0; i--) {
            if (keys.get(i).term() == term) {
                return keys.get(i);
            }
        }
        return null;
    }

    Keyring with(DataKey next) {
        List<DataKey> more = new ArrayList<>(keys);
        more.add(next);
        return new Keyring(more, policy);
    }

    Keyring with(RotationPolicy other) {
        return new Keyring(keys, other);
    }

    @Override
    public void close() {
        keys.forEach(DataKey::close);
    }

    @Override
    public String toString() {
        return "Keyring[terms=" + keys.size() + "]";
    }
}
