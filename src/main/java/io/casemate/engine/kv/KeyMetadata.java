package io.casemate.engine.kv;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a path as a whole, and the state of its current version.
 *
 * @param current number of the newest version; 0 when there is none yet
 * @param oldest lowest version kept; 0 until the first one was pruned
 * @param state of the current version; empty when there is none
 */
record KeyMetadata(
        long current,
        long oldest,
        Limits limits,
        Instant created,
        Instant updated,
        Optional<VersionState> state,
        Map<String, String> custom) {

    /** A path without versions. */
    static KeyMetadata fresh(Instant now) {
        return new KeyMetadata(0, 0, Limits.NONE, now, now, Optional.empty(), Map.of());
    }

    /** With one version more, keeping no more than {@code keep}, but dropping no more than a batch at a time. */
    KeyMetadata next(VersionState state, long keep) {
        long version = current + 1;
        long wanted = Math.min(version - keep + 1, first() + VersionStore.BATCH);
        long first = version - oldest >= keep ? wanted : oldest;
        return new KeyMetadata(version, first, limits, created, state.created(), Optional.of(state), custom);
    }

    KeyMetadata with(VersionState changed) {
        return new KeyMetadata(current, oldest, limits, created, updated, Optional.of(changed), custom);
    }

    KeyMetadata with(Limits changed, Map<String, String> changedCustom, Instant now) {
        return new KeyMetadata(current, oldest, changed, created, now, state, changedCustom);
    }

    KeyMetadata withOldest(long first) {
        return new KeyMetadata(current, first, limits, created, updated, state, custom);
    }

    /** Number of the lowest version that can have records. */
    long first() {
        return Math.max(1, oldest);
    }

    boolean holds(long version) {
        return version >= first() && version <= current;
    }
}
