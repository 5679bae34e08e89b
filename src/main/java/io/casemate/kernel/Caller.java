package io.casemate.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Who is asking, after authentication. Never holds the token itself.
 *
 * @param accessor the token's public handle; empty for an unauthenticated caller
 * @param tokenKey the token's storage key (a keyed hash of the token), for rooms that keep things per token; not a secret
 *     that opens anything
 * @param parentKey the storage key of the token that this one ends with; empty for one that stands alone
 * @param entityId as the token keeps it; {@link #identity} tells what has become of it
 * @param policies the token's own; what counts in judgement is {@link #rights}
 * @param remainingUses uses left after this one, 0 for "without limit"
 * @param ttl life the token was given, zero for "does not expire"
 * @param identity who stands behind the token
 */
public record Caller(
        String accessor,
        String tokenKey,
        String parentKey,
        String displayName,
        String entityId,
        Set<String> policies,
        Map<String, String> metadata,
        TokenKind kind,
        int remainingUses,
        Duration ttl,
        Instant issued,
        Identity identity) {

    /** How a token lives. */
    public enum TokenKind {
        /** No token: a public endpoint. */
        NONE,
        /** Stored, renewable, revocable. */
        SERVICE,
        /** Self-contained, encrypted, not stored. */
        BATCH
    }

    /** The caller of a public endpoint. */
    public static Caller anonymous() {
        return new Caller(
                "", "", "", "", "", Set.of(), Map.of(), TokenKind.NONE, 0, Duration.ZERO, Instant.EPOCH, Identity.NONE);
    }

    /** The same with who stands behind the token. */
    public Caller as(Identity who) {
        return new Caller(
                accessor,
                tokenKey,
                parentKey,
                displayName,
                who.entityId(),
                policies,
                metadata,
                kind,
                remainingUses,
                ttl,
                issued,
                who);
    }

    /** What it may be judged by: the token's policies and those of whoever stands behind it. */
    public Rights rights() {
        return new Rights(policies, identity);
    }

    /** Holds the {@code root} policy, which allows everything. */
    public boolean root() {
        return policies.contains("root");
    }
}
