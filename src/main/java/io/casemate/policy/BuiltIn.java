package io.casemate.policy;

import java.util.Map;
import java.util.Set;

/** The policies that are there without being written. */
final class BuiltIn {
    static final String DEFAULT = "default";
    static final String RESPONSE_WRAPPING = "response-wrapping";

    /** Cannot be written or deleted by anybody. */
    static final Set<String> IMMUTABLE = Set.of(Policy.ROOT, RESPONSE_WRAPPING);

    private static final String DEFAULT_TEXT = """
            # What every token may do for itself. Edit as you need.

            # Look at, prolong and give back its own token.
            path "auth/token/lookup-self" { capabilities = ["read"] }
            path "auth/token/renew-self" { capabilities = ["update"] }
            path "auth/token/revoke-self" { capabilities = ["update"] }

            # Ask what it may do.
            path "sys/capabilities-self" { capabilities = ["update"] }
            path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }
            path "sys/policies/explain" { capabilities = ["update"] }

            # Read its own entity.
            path "identity/entity/id/{{identity.entity.id}}" { capabilities = ["read"] }
            path "identity/entity/name/{{identity.entity.name}}" { capabilities = ["read"] }

            # Look up and prolong a lease whose id it knows.
            path "sys/renew" { capabilities = ["update"] }
            path "sys/leases/renew" { capabilities = ["update"] }
            path "sys/leases/lookup" { capabilities = ["update"] }

            # A cupboard of its own, which dies with the token.
            path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }

            # Wrap something, look at a wrapping token, and unwrap one it was given.
            path "sys/wrapping/wrap" { capabilities = ["update"] }
            path "sys/wrapping/lookup" { capabilities = ["update"] }
            path "sys/wrapping/unwrap" { capabilities = ["update"] }

            # Hash something.
            path "sys/tools/hash" { capabilities = ["update"] }
            path "sys/tools/hash/*" { capabilities = ["update"] }
            """;

    private static final String RESPONSE_WRAPPING_TEXT = """
            # Held by wrapping tokens alone: read what was wrapped, once.
            path "cubbyhole/response" { capabilities = ["create", "read"] }
            path "sys/wrapping/unwrap" { capabilities = ["update"] }
            """;

    /** Their texts, by name; {@code root} has none. */
    static final Map<String, String> TEXTS =
            Map.of(Policy.ROOT, "", DEFAULT, DEFAULT_TEXT, RESPONSE_WRAPPING, RESPONSE_WRAPPING_TEXT);

    private BuiltIn() {}
}
