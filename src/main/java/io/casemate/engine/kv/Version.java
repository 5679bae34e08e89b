package io.casemate.engine.kv;

import io.casemate.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One version of a path, as read or just written.
 *
 * @param json its data; empty when it is deleted or destroyed, and for one just written
 */
record Version(long number, VersionState state, Map<String, String> custom, Optional<byte[]> json) {
    /** What the API shows of a version besides its data. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>(state.shown());
        shown.put("custom_metadata", custom.isEmpty() ? null : custom);
        shown.put("version", number);
        return shown;
    }

    /** Whether {@code metadata} still has this as its current version, in this state. */
    boolean isCurrent(KeyMetadata metadata) {
        return number == metadata.current() && metadata.state().equals(Optional.of(state));
    }

    Optional<Map<String, Object>> data() {
        return json.map(Json::object);
    }
}
