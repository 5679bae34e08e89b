package io.casemate.mount;

import io.casemate.auth.LockoutLimits;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.TokenType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A mount table row as stored: JSON, described in docs/formats/mount-table.md. */
final class MountRecord {
    private static final long VERSION = 4;
    /** Without flags. */
    private static final long WITHOUT_FLAGS = 3;
    /** Without managed keys. */
    private static final long WITHOUT_KEYS = 2;
    /** Without what auth methods are tuned by, too. */
    private static final long BEFORE = 1;

    private MountRecord() {}

    static byte[] encode(MountEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("version", VERSION);
        row.put("path", entry.path());
        row.put("type", entry.type());
        row.put("uuid", entry.uuid());
        row.put("accessor", entry.accessor());
        row.put("description", entry.description());
        row.put("options", entry.options());
        row.put("leaving", entry.leaving());
        MountConfig config = entry.config();
        row.put("default_ttl", config.defaultTtl().toSeconds());
        row.put("max_ttl", config.maxTtl().toSeconds());
        row.put("force_no_cache", config.forceNoCache());
        row.put("plain_request_keys", config.plainRequestKeys());
        row.put("plain_response_keys", config.plainResponseKeys());
        row.put("listing_visibility", config.listingVisibility());
        row.put("passthrough_request_headers", config.passthroughRequestHeaders());
        row.put("allowed_response_headers", config.allowedResponseHeaders());
        row.put("token_type", config.tokenType().word());
        row.put("lockout_threshold", config.lockout().threshold());
        row.put("lockout_duration", config.lockout().duration().toSeconds());
        row.put("lockout_counter_reset", config.lockout().counterReset().toSeconds());
        row.put("lockout_disabled", config.lockout().disabled());
        row.put("allowed_managed_keys", config.allowedManagedKeys());
        row.put("local", config.flags().local());
        row.put("seal_wrap", config.flags().sealWrap());
        row.put("external_entropy_access", config.flags().externalEntropy());
        return Json.bytes(row);
    }

    static MountEntry decode(String key, byte[] stored) {
        Map<String, Object> row = Json.object(stored);
        Object version = row.get("version");
        if (!(version instanceof Long number) || number < BEFORE || number > VERSION) {
            throw new Fault.StorageFailed(
                            StorageProblem.NEWER, "mount record " + key + " is of a version this server does not know")
                    .asException();
        }
        return new MountEntry(
                (String) row.get("path"),
                (String) row.get("type"),
                (String) row.get("uuid"),
                (String) row.get("accessor"),
                (String) row.get("description"),
                options(row.get("options")),
                config(row),
                (Boolean) row.get("leaving"));
    }

    private static MountConfig config(Map<String, Object> row) {
        long version = (Long) row.get("version");
        boolean before = version == BEFORE;
        return new MountConfig(
                seconds(row, "default_ttl"),
                seconds(row, "max_ttl"),
                (Boolean) row.get("force_no_cache"),
                texts(row.get("plain_request_keys")),
                texts(row.get("plain_response_keys")),
                (String) row.get("listing_visibility"),
                texts(row.get("passthrough_request_headers")),
                texts(row.get("allowed_response_headers")),
                before ? TokenType.DEFAULT_SERVICE : TokenType.of("token_type", (String) row.get("token_type")),
                before ? LockoutLimits.DEFAULT : lockout(row),
                version <= WITHOUT_KEYS ? List.of() : texts(row.get("allowed_managed_keys")),
                version <= WITHOUT_FLAGS ? MountFlags.NONE : flags(row));
    }

    private static MountFlags flags(Map<String, Object> row) {
        return new MountFlags((Boolean) row.get("local"), (Boolean) row.get("seal_wrap"), (Boolean)
                row.get("external_entropy_access"));
    }

    private static LockoutLimits lockout(Map<String, Object> row) {
        return new LockoutLimits(
                Math.toIntExact((Long) row.get("lockout_threshold")),
                seconds(row, "lockout_duration"),
                seconds(row, "lockout_counter_reset"),
                (Boolean) row.get("lockout_disabled"));
    }

    private static Duration seconds(Map<String, Object> row, String name) {
        return Duration.ofSeconds((Long) row.get(name));
    }

    private static List<String> texts(Object stored) {
        return ((List<?>) stored).stream().map(String.class::cast).toList();
    }

    private static Map<String, String> options(Object stored) {
        Map<String, String> options = new LinkedHashMap<>();
        ((Map<?, ?>) stored).forEach((name, value) -> options.put((String) name, (String) value));
        return Map.copyOf(options);
    }
}
