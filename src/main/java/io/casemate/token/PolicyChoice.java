package io.casemate.token;

import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenTerms;
import io.casemate.policy.PolicyName;
import io.casemate.token.TokenRole.PolicyLimits;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which policies a new token gets. A child never gets more than its parent, unless the parent has {@code sudo} on the
 * path, or a role with limits of its own was used; {@code root} comes from {@code root} alone.
 *
 * @param parent the parent's policies
 * @param requested as sent; empty for "the usual"
 * @param noDefault the client does not want {@code default}
 * @param sudo the parent has {@code sudo} on the path
 */
record PolicyChoice(
        Set<String> parent, List<String> requested, boolean noDefault, boolean sudo, Optional<PolicyLimits> limits) {
    private static final String ROOT = "root";
    private static final String DEFAULT = "default";
    private static final Set<String> NOT_ASSIGNABLE = Set.of("response-wrapping", "control-group");

    /**
     * What an auth method's terms give: never {@code root}.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they name what no login gives
     */
    public static NavigableSet<String> ofLogin(TokenTerms terms) {
        NavigableSet<String> chosen = clean(terms.policies(), !terms.noDefaultPolicy());
        if (chosen.contains(ROOT)) {
            throw Fault.badRequest("auth methods cannot create root tokens");
        }
        checkAssignable(chosen);
        return chosen;
    }

    /**
     * The policies.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the request asks for too much
     */
    NavigableSet<String> resolve() {
        NavigableSet<String> chosen = limits.filter(PolicyLimits::any)
                .map(this::byRole)
                .orElseGet(() -> requested.isEmpty() ? new TreeSet<>(parent) : byRequest());
        if (noDefault) {
            chosen.remove(DEFAULT);
        }
        checkAssignable(chosen);
        if (chosen.contains(ROOT) && !parent.contains(ROOT)) {
            throw Fault.badRequest("root tokens may not be created without parent token being root");
        }
        return chosen;
    }

    private static void checkAssignable(Set<String> chosen) {
        for (String policy : chosen) {
            if (NOT_ASSIGNABLE.contains(policy)) {
                throw Fault.badRequest("cannot assign policy \"" + policy + "\"");
            }
        }
    }

    private NavigableSet<String> byRequest() {
        if (!sudo && !parent.containsAll(clean(requested, false)) && !parent.contains(ROOT)) {
            throw Fault.badRequest("child policies must be subset of parent");
        }
        return clean(requested, !noDefault && (sudo || parent.contains(DEFAULT)));
    }

    private NavigableSet<String> byRole(PolicyLimits role) {
        boolean addDefault = !noDefault && !role.noDefault() && !role.disallows(DEFAULT);
        NavigableSet<String> chosen = requested.isEmpty()
                ? clean(role.grants() ? role.allowed() : parent, addDefault)
                : clean(requested, addDefault);
        for (String policy : chosen) {
            boolean added = addDefault && policy.equals(DEFAULT);
            if (role.grants() && !requested.isEmpty() && !added && !role.allows(policy)) {
                throw Fault.badRequest("token policy \"" + policy + "\" must be one of the role's allowed policies");
            }
            if (role.disallows(policy)) {
                throw Fault.badRequest("token policy \"" + policy + "\" is disallowed by this role");
            }
        }
        return chosen;
    }

    /** Checked, lower-case, once each; {@code root} makes all others needless. */
    private static NavigableSet<String> clean(Collection<String> names, boolean addDefault) {
        NavigableSet<String> clean = new TreeSet<>();
        names.stream().filter(name -> !name.isBlank()).map(PolicyName::of).forEach(clean::add);
        if (clean.contains(ROOT)) {
            return new TreeSet<>(Set.of(ROOT));
        }
        if (addDefault) {
            clean.add(DEFAULT);
        }
        return clean;
    }
}
