package io.casemate.kernel;

import java.util.List;
import java.util.Map;

/**
 * What an auth method found out about who logs in: the server makes a token of it. Holds no secret.
 *
 * @param terms what the token may do and for how long
 * @param role by which it was let in, in its one form; quotas count by it, and a user is his own; empty where there are none
 * @param alias who it is, for the method: the same name at every login
 * @param displayName added to the mount's name; may be empty
 * @param metadata goes with the token into lookups and the audit log
 * @param groups names of groups that the method vouches for
 * @param renewable whether the token may be renewed
 * @param kept what the method wants back when the token is renewed; shown to nobody
 */
public record LoginGrant(
        TokenTerms terms,
        String role,
        Alias alias,
        String displayName,
        Map<String, String> metadata,
        List<String> groups,
        boolean renewable,
        Map<String, String> kept) {
    public LoginGrant {
        metadata = Map.copyOf(metadata);
        groups = List.copyOf(groups);
        kept = Map.copyOf(kept);
    }

    /** The same on other terms. */
    public LoginGrant on(TokenTerms other) {
        return new LoginGrant(other, role, alias, displayName, metadata, groups, renewable, kept);
    }

    /**
     * A person or machine as one auth method knows it.
     *
     * @param name unique within the mount; empty when the method knows nobody by name
     * @param metadata goes with the alias, brought up to date at each login
     */
    public record Alias(String name, Map<String, String> metadata) {
        public Alias {
            metadata = Map.copyOf(metadata);
        }
    }
}
