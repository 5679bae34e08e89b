package io.casemate.engine.pki.acme.challenge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One challenge as it is asked.
 *
 * @param type {@code http-01}, {@code dns-01} or {@code tls-alpn-01}
 * @param name a DNS name in its one form and without a wildcard, or an IP address
 * @param ip whether it is an address
 */
public record Question(String type, String name, boolean ip, String token, String thumbprint) {
    /** RFC 8555 section 8.1. */
    public String keyAuthorization() {
        return token + "." + thumbprint;
    }

    /** SHA-256 of the key authorization, as two of the challenges want it. */
    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(keyAuthorization().getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
