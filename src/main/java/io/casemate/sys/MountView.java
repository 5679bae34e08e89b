package io.casemate.sys;

import io.casemate.auth.LockoutLimits;
import io.casemate.engine.Fields;
import io.casemate.kernel.CommaList;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenType;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the API shows a mount, and how it takes its tuning. */
final class MountView {
    private MountView() {}

    static Map<String, Object> of(MountEntry entry) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("accessor", entry.accessor());
        shown.put("config", config(entry));
        shown.put("deprecation_status", "supported");
        shown.put("description", entry.description());
        shown.put("external_entropy_access", entry.config().flags().externalEntropy());
        shown.put(
                "local",
                entry.type().equals("cubbyhole") || entry.config().flags().local());
        shown.put("options", entry.options());
        shown.put("plugin_version", "");
        shown.put("running_plugin_version", "");
        shown.put("running_sha256", "");
        shown.put("seal_wrap", entry.config().flags().sealWrap());
        shown.put("type", entry.type());
        shown.put("uuid", entry.uuid());
        return shown;
    }

    /** What strangers see of a mount that is listed for them: no handle of it, and no tuning. */
    static Map<String, Object> forStrangers(MountEntry entry) {
        return Map.of("type", entry.type(), "description", entry.description(), "options", entry.options());
    }

    static Map<String, Object> tuning(MountEntry entry) {
        Map<String, Object> shown = config(entry);
        shown.put("default_lease_ttl", entry.config().ttls().fallback().toSeconds());
        shown.put("max_lease_ttl", entry.config().ttls().max().toSeconds());
        shown.put("description", entry.description());
        if (!entry.options().isEmpty()) {
            shown.put("options", entry.options());
        }
        if (shown.get("user_lockout_config") instanceof Map<?, ?> limits) {
            limits.forEach((name, value) -> shown.put("user_" + name, value));
        }
        return shown;
    }

    /** The configuration in {@code sent} laid over {@code base}; members that were not sent stay. */
    static MountConfig merge(MountConfig base, Map<String, Object> sent) {
        MountConfig merged = new MountConfig(
                ttl(sent, "default_lease_ttl", base.defaultTtl()),
                ttl(sent, "max_lease_ttl", base.maxTtl()),
                sent.containsKey("force_no_cache")
                        ? Boolean.parseBoolean(String.valueOf(sent.get("force_no_cache")))
                        : base.forceNoCache(),
                names(sent, "audit_non_hmac_request_keys", base.plainRequestKeys()),
                names(sent, "audit_non_hmac_response_keys", base.plainResponseKeys()),
                visibility(sent, base.listingVisibility()),
                names(sent, "passthrough_request_headers", base.passthroughRequestHeaders()),
                names(sent, "allowed_response_headers", base.allowedResponseHeaders()),
                tokenType(sent.get("token_type"), base.tokenType()),
                LockoutView.merge(base.lockout(), sent.get("user_lockout_config")),
                names(sent, "allowed_managed_keys", base.allowedManagedKeys()),
                base.flags());
        if (!merged.maxTtl().isZero() && merged.defaultTtl().compareTo(merged.maxTtl()) > 0) {
            throw Fault.badRequest("default_lease_ttl is longer than max_lease_ttl");
        }
        return merged;
    }

    /** The options sent, laid over those there are. */
    static Map<String, String> options(Map<String, String> base, Fields fields) {
        Map<String, String> merged = new LinkedHashMap<>(base);
        merged.putAll(fields.stringMap("options"));
        return merged;
    }

    private static Map<String, Object> config(MountEntry entry) {
        MountConfig config = entry.config();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("default_lease_ttl", config.defaultTtl().toSeconds());
        shown.put("force_no_cache", config.forceNoCache());
        shown.put("max_lease_ttl", config.maxTtl().toSeconds());
        if (entry.auth()) {
            shown.put("token_type", config.tokenType().word());
            if (!config.lockout().equals(LockoutLimits.DEFAULT)) {
                shown.put("user_lockout_config", LockoutView.of(config.lockout()));
            }
        }
        putUnlessEmpty(shown, "audit_non_hmac_request_keys", config.plainRequestKeys());
        putUnlessEmpty(shown, "audit_non_hmac_response_keys", config.plainResponseKeys());
        putUnlessEmpty(shown, "passthrough_request_headers", config.passthroughRequestHeaders());
        putUnlessEmpty(shown, "allowed_response_headers", config.allowedResponseHeaders());
        putUnlessEmpty(shown, "allowed_managed_keys", config.allowedManagedKeys());
        if (!config.listingVisibility().isEmpty()) {
            shown.put("listing_visibility", config.listingVisibility());
        }
        return shown;
    }

    private static void putUnlessEmpty(Map<String, Object> shown, String name, List<String> names) {
        if (!names.isEmpty()) {
            shown.put(name, names);
        }
    }

    /** Stock clients send the empty text for a life that they do not change; {@code system} goes back to {@code system}. */
    static Duration duration(Object sent, String name, Duration base, Duration system) {
        return switch (sent) {
            case null -> base;
            case String text when text.isBlank() -> base;
            case String text when text.strip().equals("system") -> system;
            default -> Durations.parse(name, sent);
        };
    }

    private static Duration ttl(Map<String, Object> sent, String name, Duration base) {
        return duration(sent.get(name), name, base, Duration.ZERO);
    }

    private static List<String> names(Map<String, Object> sent, String name, List<String> base) {
        return switch (sent.get(name)) {
            case null -> base;
            case List<?> items -> items.stream().map(String::valueOf).toList();
            case String text -> CommaList.of(name, text);
            default -> throw Fault.badRequest("field '" + name + "': expected a list of strings");
        };
    }

    private static TokenType tokenType(Object sent, TokenType base) {
        TokenType type = sent == null ? base : TokenType.of("token_type", sent.toString());
        return type == TokenType.DEFAULT ? TokenType.DEFAULT_SERVICE : type;
    }

    private static String visibility(Map<String, Object> sent, String base) {
        Object value = sent.get("listing_visibility");
        if (value == null) {
            return base;
        }
        String text = value.toString();
        if (!List.of("", "unauth", "hidden").contains(text)) {
            throw Fault.badRequest("field 'listing_visibility': expected \"unauth\", \"hidden\" or nothing");
        }
        return text;
    }
}
