package io.casemate.sys;

import java.util.List;
import java.util.Locale;

/**
 * Which web pages may call the API from a browser (the Fetch standard's CORS protocol).
 *
 * @param origins such as {@code https://ui.example.org}, or the one word {@code *} for all
 * @param headers that pages may send besides {@link #USUAL_HEADERS}
 */
public record CorsConfig(boolean enabled, List<String> origins, List<String> headers) {
    /** Nobody: what holds until somebody is allowed. */
    public static final CorsConfig DISABLED = new CorsConfig(false, List.of(), List.of());

    /** Headers that clients of the API send. */
    public static final List<String> USUAL_HEADERS = List.of(
            "Content-Type",
            "X-Requested-With",
            "X-Vault-AWS-IAM-Server-ID",
            "X-Vault-MFA",
            "X-Vault-No-Request-Forwarding",
            "X-Vault-Wrap-Format",
            "X-Vault-Wrap-TTL",
            "X-Vault-Policy-Override",
            "X-Vault-Namespace",
            "X-Vault-Request",
            "Authorization",
            "X-Vault-Token");

    public CorsConfig {
        origins = List.copyOf(origins);
        headers = List.copyOf(headers);
    }

    /** Whether pages of {@code origin} may call. Scheme and host are compared without regard to case. */
    public boolean allows(String origin) {
        String asked = origin.toLowerCase(Locale.ROOT);
        return enabled
                && (origins.contains("*")
                        || origins.stream().anyMatch(each -> asked.equals(each.toLowerCase(Locale.ROOT))));
    }
}
