package io.casemate.token;

import io.casemate.kernel.SecretBytes;
import java.time.Duration;
import java.util.Optional;

/**
 * A token to be made.
 *
 * @param ttl wanted life; zero for the default
 * @param explicitMax longest life over all renewals; zero for the server's alone
 * @param period makes it periodic; zero for not
 * @param numUses 0 for without limit
 * @param id the token itself, where a root caller chooses it; the caller of {@code create} still owns it
 */
public record TokenSpec(
        TokenTraits traits,
        Duration ttl,
        Duration explicitMax,
        Duration period,
        int numUses,
        Optional<SecretBytes> id) {

    /** A token with a life of {@code ttl} and nothing special. */
    public static TokenSpec of(TokenTraits traits, Duration ttl) {
        return new TokenSpec(traits, ttl, Duration.ZERO, Duration.ZERO, 0, Optional.empty());
    }
}
