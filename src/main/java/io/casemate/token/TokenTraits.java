package io.casemate.token;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * What a token is, as given when it was made; never changes.
 *
 * @param path the API path that made it, such as {@code auth/token/create}
 * @param role the token role it was made by, or empty
 * @param renewable whether {@code renew} may prolong it
 * @param boundCidrs addresses it may be used from, each an address or {@code address/bits}; empty for anywhere
 * @param login the login that made it; empty for tokens made by tokens
 */
public record TokenTraits(
        NavigableSet<String> policies,
        Map<String, String> metadata,
        String displayName,
        String path,
        String role,
        String entityId,
        boolean renewable,
        List<String> boundCidrs,
        Optional<Login> login) {
    public TokenTraits {
        policies = java.util.Collections.unmodifiableNavigableSet(new java.util.TreeSet<>(policies));
        metadata = Map.copyOf(metadata);
        boundCidrs = List.copyOf(boundCidrs);
    }

    /** Of a token that no login made. */
    public TokenTraits(
            NavigableSet<String> policies,
            Map<String, String> metadata,
            String displayName,
            String path,
            String role,
            String entityId,
            boolean renewable,
            List<String> boundCidrs) {
        this(policies, metadata, displayName, path, role, entityId, renewable, boundCidrs, Optional.empty());
    }

    /**
     * Where a token comes from.
     *
     * @param mount the id of the auth method's mount: when that goes, the token goes
     * @param role the storage key of the role that let it in; empty for none
     * @param kept what the method wants to know again when the token is renewed
     */
    public record Login(String mount, String role, Map<String, String> kept) {
        public Login {
            kept = Map.copyOf(kept);
        }
    }

    /** Holds the {@code root} policy. */
    public boolean root() {
        return policies.contains("root");
    }

    /** The same, renewable or not. */
    public TokenTraits renewable(boolean may) {
        return new TokenTraits(policies, metadata, displayName, path, role, entityId, may, boundCidrs, login);
    }
}
