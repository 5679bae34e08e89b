package io.casemate.quota;

import java.util.List;

/**
 * What holds for all rate limits.
 *
 * @param exempt paths that no rate limit counts; with {@code *} at its end all that begin so
 * @param audit rejections go to the audit devices
 * @param headers answers tell of the limit in {@code X-RateLimit-*} headers
 */
public record QuotaConfig(List<String> exempt, boolean audit, boolean headers) {
    /** Nothing set: what must work to save a server is exempt. */
    public static final QuotaConfig DEFAULT = new QuotaConfig(
            List.of(
                    "sys/generate-recovery-token/attempt",
                    "sys/generate-recovery-token/update",
                    "sys/generate-root/attempt",
                    "sys/generate-root/update",
                    "sys/health",
                    "sys/seal-status",
                    "sys/unseal"),
            false,
            false);

    public QuotaConfig {
        exempt = List.copyOf(exempt);
    }

    /** Whether no rate limit counts this path. */
    public boolean exempts(String path) {
        return exempt.stream()
                .anyMatch(each ->
                        each.endsWith("*") ? path.startsWith(each.substring(0, each.length() - 1)) : each.equals(path));
    }
}
