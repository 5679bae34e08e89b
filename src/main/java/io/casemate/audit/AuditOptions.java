package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Options that every type of device has.
 *
 * @param hmacAccessor accessors are hashed like secrets
 * @param logRaw strings are shown in clear; tokens that the server holds as secrets stay hashed all the same
 * @param prefix stands before every line
 * @param elideLists answers to LIST show how many names there were, not which
 * @param patience how long an entry may take before the device counts as hanging and nobody waits for it any more
 */
record AuditOptions(boolean hmacAccessor, boolean logRaw, String prefix, boolean elideLists, Duration patience) {
    static AuditOptions of(Map<String, String> options) {
        String format = options.getOrDefault("format", "json");
        if (!format.equals("json")) {
            throw Fault.badRequest("option 'format': expected json, the only format there is (jsonx, XML, is not)");
        }
        for (String unsupported : List.of("fallback", "filter", "exclude")) {
            if (!options.getOrDefault(unsupported, "").isEmpty()
                    && !options.get(unsupported).equals("false")) {
                throw Fault.badRequest("option '" + unsupported + "' is not supported: every device gets every entry");
            }
        }
        return new AuditOptions(
                flag(options, "hmac_accessor", true),
                flag(options, "log_raw", false),
                prefix(options.getOrDefault("prefix", "")),
                flag(options, "elide_list_responses", false),
                AuditDevice.writeTimeout(options));
    }

    static boolean flag(Map<String, String> options, String name, boolean fallback) {
        return switch (options.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT)) {
            case "" -> fallback;
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default -> throw Fault.badRequest("option '" + name + "': expected true or false");
        };
    }

    private static String prefix(String prefix) {
        if (prefix.length() > 256 || prefix.chars().anyMatch(Character::isISOControl)) {
            throw Fault.badRequest("option 'prefix': expected at most 256 characters without line breaks");
        }
        return prefix;
    }
}
