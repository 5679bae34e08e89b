package io.casemate.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Callers as the gate makes them. For tests. */
public final class Callers {
    private Callers() {}

    /** By a token that lives for an hour, with these policies. */
    public static Caller holding(String... policies) {
        return of("key", policies);
    }

    /** By the token whose key is {@code key}. */
    public static Caller of(String key, String... policies) {
        return new Caller(
                "accessor",
                key,
                "",
                "token",
                "",
                Set.of(policies),
                Map.of(),
                Caller.TokenKind.SERVICE,
                0,
                Duration.ofHours(1),
                Instant.EPOCH,
                Identity.NONE);
    }
}
