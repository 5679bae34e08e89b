package io.casemate.kernel;

import java.time.Duration;
import java.util.List;

/**
 * What a user or a role of an auth method says of the tokens made for it. Zeros and empty lists leave it to the mount.
 *
 * @param policies by name, without {@code default}, which is added unless {@code noDefaultPolicy}
 * @param ttl life at the start and after each renewal
 * @param maxTtl longest life over all renewals, looked up anew at each renewal
 * @param explicitMax longest life over all renewals, fixed when the token is made
 * @param period makes it periodic: renewable for ever, by this
 * @param numUses 0 for without limit
 * @param bound addresses it may be used from
 */
public record TokenTerms(
        List<String> policies,
        boolean noDefaultPolicy,
        Duration ttl,
        Duration maxTtl,
        Duration explicitMax,
        Duration period,
        int numUses,
        Bound bound,
        TokenType type) {
    /**
     * Addresses that tokens may be used from.
     *
     * @param cidrs each an address or {@code address/bits}; empty for any
     * @param strictly only the one that the login came from
     */
    public record Bound(List<String> cidrs, boolean strictly) {
        public Bound {
            cidrs = List.copyOf(cidrs);
        }
    }

    /** All left to the mount. */
    public static final TokenTerms NONE = new TokenTerms(
            List.of(),
            false,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            0,
            new Bound(List.of(), false),
            TokenType.DEFAULT);

    public TokenTerms {
        policies = List.copyOf(policies);
    }

    /** Addresses that logins come from and tokens may be used from; empty for any. */
    public List<String> boundCidrs() {
        return bound.cidrs();
    }

    /** The same with other policies. */
    public TokenTerms granting(List<String> names) {
        return new TokenTerms(names, noDefaultPolicy, ttl, maxTtl, explicitMax, period, numUses, bound, type);
    }

    /** The same, bound to other addresses. */
    public TokenTerms boundTo(List<String> cidrs) {
        Bound other = new Bound(cidrs, bound.strictly());
        return new TokenTerms(policies, noDefaultPolicy, ttl, maxTtl, explicitMax, period, numUses, other, type);
    }
}
