package io.casemate.token;

import io.casemate.kernel.Response.Auth;
import io.casemate.kernel.SecretBytes;
import java.time.Duration;
import java.util.List;

/**
 * A token as it is handed out: made, or renewed.
 *
 * @param token the secret itself; empty where it is not known (renewal by accessor). The receiver owns it.
 * @param left its life from now; zero for without end
 * @param warnings what the client should know, such as a shortened life
 */
public record Issued(SecretBytes token, TokenEntry entry, Duration left, List<String> warnings) {
    /** The block that the client gets. */
    public Auth auth() {
        TokenTraits traits = entry.traits();
        return new Auth(
                token,
                entry.accessor(),
                traits.displayName(),
                List.copyOf(traits.policies()),
                traits.metadata(),
                left,
                traits.renewable(),
                traits.entityId(),
                entry.type(),
                entry.orphan(),
                Math.max(0, entry.usesLeft()),
                List.of(),
                false);
    }
}
