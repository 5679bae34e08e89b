package io.casemate.token;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;

/**
 * What a token is, as given when it was made; never changes.
 *
 * @param path the API path that made it, such as {@code auth/token/create}
 * @param role the token role it was made by, or empty
 * @param renewable whether {@code renew} may prolong it
 * @param boundCidrs addresses it may be used from, each an address or {@code address/bits}; empty for anywhere
 */
public record TokenTraits(
        NavigableSet<String> policies,
        Map<String, String> metadata,
        String displayName,
        String path,
        String role,
        String entityId,
        boolean renewable,
        List<String> boundCidrs) {
    public TokenTraits {
        policies = java.util.Collections.unmodifiableNavigableSet(new java.util.TreeSet<>(policies));
        metadata = Map.copyOf(metadata);
        boundCidrs = List.copyOf(boundCidrs);
    }

    /** Holds the {@code root} policy. */
    public boolean root() {
        return policies.contains("root");
    }

    /** The same, renewable or not. */
    public TokenTraits renewable(boolean may) {
        return new TokenTraits(policies, metadata, displayName, path, role, entityId, may, boundCidrs);
    }
}
