package io.casemate.token;

import io.casemate.kernel.Caller;
import java.time.Instant;
import java.util.Set;

/**
 * A stored token. Holds nothing from which the token could be had.
 *
 * @param key where it is stored: a keyed hash of the token
 * @param parent the key of the token that made it; empty for an orphan
 * @param usesLeft 0 for without limit, {@link #SPENT} after the last one
 */
public record TokenEntry(String key, String accessor, String parent, TokenTraits traits, TokenLife life, int usesLeft) {
    /** The last use was made; the token is only there until it is swept. */
    public static final int SPENT = -1;

    /** Made by no token, or cut loose from the one that made it. */
    public boolean orphan() {
        return parent.isEmpty();
    }

    boolean usable(Instant now) {
        return usesLeft >= 0 && !life.over(now);
    }

    TokenEntry with(TokenLife other) {
        return new TokenEntry(key, accessor, parent, traits, other, usesLeft);
    }

    TokenEntry orphaned() {
        return new TokenEntry(key, accessor, "", traits, life, usesLeft);
    }

    /** With one use less; after the last one it is over. */
    TokenEntry used(Instant now) {
        return usesLeft > 1
                ? new TokenEntry(key, accessor, parent, traits, life, usesLeft - 1)
                : new TokenEntry(key, accessor, parent, traits, life.ended(now), SPENT);
    }

    /** As the rest of the house sees whoever shows this token. */
    Caller caller() {
        return new Caller(
                accessor,
                key,
                traits.displayName(),
                traits.entityId(),
                Set.copyOf(traits.policies()),
                traits.metadata(),
                Caller.TokenKind.SERVICE,
                usesLeft,
                life.ttl(),
                life.created());
    }
}
