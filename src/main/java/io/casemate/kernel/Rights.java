package io.casemate.kernel;

import java.util.Set;
import java.util.TreeSet;

/**
 * In whose name something is asked: the token's policies and who stands behind it. The policies of both count.
 *
 * @param policies the token's own
 */
public record Rights(Set<String> policies, Identity identity) {
    public Rights {
        policies = Set.copyOf(policies);
    }

    /** Of a token that nobody stands behind. */
    public static Rights of(Set<String> policies) {
        return new Rights(policies, Identity.NONE);
    }

    /** The names of all policies that count. */
    public Set<String> all() {
        if (identity.policies().isEmpty()) {
            return policies;
        }
        Set<String> all = new TreeSet<>(policies);
        all.addAll(identity.policies());
        return all;
    }
}
