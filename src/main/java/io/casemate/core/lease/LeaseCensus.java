package io.casemate.core.lease;

import io.casemate.lease.Leases;
import io.casemate.mount.Mounted;
import io.casemate.quota.Quotas;
import io.casemate.quota.Scope;
import io.casemate.token.TokenLeases;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Counts leases and tokens that end, page by page.
 *
 * @param byId finds a mount that is there
 */
public record LeaseCensus(Leases leases, TokenLeases tokens, Function<String, Optional<Mounted>> byId)
        implements Quotas.Census {
    private static final int PAGE = 4096;

    /** A page of what lies below a place, in order. */
    private interface Pages {
        List<String> below(String place, String after, int limit);
    }

    @Override
    public long count(Scope scope, long most) {
        if (!scope.role().isEmpty()) {
            Pages logins = (mount, after, limit) -> tokens.ofRole(mount, scope.role(), after, limit);
            return count(logins, scope.mount(), most);
        }
        Optional<String> prefix = prefix(scope);
        if (prefix.isEmpty()) {
            return 0;
        }
        long made = count(leases::ids, prefix.get(), most);
        return made >= most ? made : made + count(tokens::ids, prefix.get(), most - made);
    }

    private Optional<String> prefix(Scope scope) {
        if (scope.mount().isEmpty()) {
            return Optional.of("");
        }
        boolean whole = scope.suffix().isEmpty() || scope.suffix().endsWith("*");
        String below = whole ? scope.suffix().replace("*", "") : scope.suffix() + "/";
        return byId.apply(scope.mount()).map(mounted -> mounted.entry().path() + below);
    }

    private static long count(Pages pages, String place, long most) {
        long count = 0;
        List<String> page = pages.below(place, "", PAGE);
        while (!page.isEmpty() && count < most) {
            count += page.size();
            page = pages.below(place, page.getLast(), PAGE);
        }
        return count;
    }
}
