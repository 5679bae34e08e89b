package io.casemate.token;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a token. Holds nothing from which the token could be had.
 *
 * @param key where it is stored, or would be: a keyed hash of the token
 * @param accessor empty for a batch token, which is not stored
 * @param parent the key of the token that made it; empty for an orphan
 * @param usesLeft 0 for without limit, {@link #SPENT} after the last one
 */
public record TokenEntry(String key, String accessor, String parent, TokenTraits traits, TokenLife life, int usesLeft) {
    /** The last use was made; the token is only there for the request that made it. */
    public static final int SPENT = -1;

    /** Made by no token, or cut loose from the one that made it. */
    public boolean orphan() {
        return parent.isEmpty();
    }

    /** One that is not stored: it cannot be renewed, revoked or used in count. */
    static TokenEntry batch(String key, String parent, TokenTraits traits, Instant created, Duration ttl) {
        TokenLife life = new TokenLife(
                created, ttl, Duration.ZERO, Duration.ZERO, Optional.empty(), Optional.of(created.plus(ttl)));
        return new TokenEntry(key, "", parent, traits.renewable(false), life, 0);
    }

    /** Not stored, all that it is is in itself. */
    public boolean batch() {
        return accessor.isEmpty();
    }

    /** As the API names its kind. */
    String type() {
        return batch() ? "batch" : "service";
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

    /** With one use less; after the last one it is {@link #SPENT}. */
    TokenEntry used(Instant now) {
        return usesLeft > 1
                ? new TokenEntry(key, accessor, parent, traits, life, usesLeft - 1)
                : new TokenEntry(key, accessor, parent, traits, life.spent(now), SPENT);
    }

    /** As the rest of the house sees whoever shows this token. */
    Caller caller() {
        return new Caller(
                accessor,
                key,
                parent,
                traits.displayName(),
                traits.entityId(),
                Set.copyOf(traits.policies()),
                traits.metadata(),
                batch() ? Caller.TokenKind.BATCH : Caller.TokenKind.SERVICE,
                usesLeft,
                life.ttl(),
                life.created(),
                Identity.NONE);
    }
}
