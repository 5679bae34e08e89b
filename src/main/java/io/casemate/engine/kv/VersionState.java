package io.casemate.engine.kv;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one version besides its data.
 *
 * @param deletion when it is, was or will be deleted (it can be undeleted); empty for never
 * @param destroyed its data is gone for good
 */
record VersionState(Instant created, Optional<Instant> deletion, boolean destroyed) {
    /** Neither destroyed nor deleted at {@code now}. */
    boolean readable(Instant now) {
        return !destroyed && !deleted(now);
    }

    boolean deleted(Instant now) {
        return deletion.isPresent() && !deletion.get().isAfter(now);
    }

    VersionState deletedAt(Instant when) {
        return new VersionState(created, Optional.of(when), destroyed);
    }

    /** @param expiry when it will delete itself again; empty for never */
    VersionState undeleted(Optional<Instant> expiry) {
        return new VersionState(created, expiry, destroyed);
    }

    VersionState destroy() {
        return new VersionState(created, deletion, true);
    }

    /** The three members that the API shows of every version. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("created_time", created.toString());
        shown.put("deletion_time", deletion.map(Instant::toString).orElse(""));
        shown.put("destroyed", destroyed);
        return shown;
    }
}
