package io.casemate.engine.kv;

import io.casemate.kernel.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many versions to keep and for how long: of one path, or of the mount.
 *
 * @param maxVersions 0 for "as the mount says", and for the mount {@value #DEFAULT_VERSIONS}
 * @param deleteAfterNanos 0 for unset, {@link #NEVER} for "versions do not delete themselves"
 */
record Limits(long maxVersions, boolean casRequired, long deleteAfterNanos) {
    static final long DEFAULT_VERSIONS = 10;
    static final long NEVER = -1;
    static final Limits NONE = new Limits(0, false, 0);

    /** Versions kept of a path with these limits, on a mount with those. */
    long keep(Limits mount) {
        return maxVersions > 0 ? maxVersions : mount.maxVersions > 0 ? mount.maxVersions : DEFAULT_VERSIONS;
    }

    boolean casRequired(Limits mount) {
        return casRequired || mount.casRequired;
    }

    /** When a version made at {@code created} deletes itself: by the shorter of both limits, unless either says never. */
    Optional<Instant> deletion(Limits mount, Instant created) {
        if (deleteAfterNanos == NEVER || mount.deleteAfterNanos == NEVER) {
            return Optional.empty();
        }
        long own = deleteAfterNanos == 0 ? Long.MAX_VALUE : deleteAfterNanos;
        long theirs = mount.deleteAfterNanos == 0 ? Long.MAX_VALUE : mount.deleteAfterNanos;
        long shorter = Math.min(own, theirs);
        return shorter == Long.MAX_VALUE ? Optional.empty() : Optional.of(created.plusNanos(shorter));
    }

    /** The members that the API shows of them. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("max_versions", maxVersions);
        shown.put("cas_required", casRequired);
        shown.put(
                "delete_version_after",
                deleteAfterNanos == NEVER ? "-1s" : Durations.format(Duration.ofNanos(deleteAfterNanos)));
        return shown;
    }
}
