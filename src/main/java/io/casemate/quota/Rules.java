package io.casemate.quota;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The quotas of one kind with what counts for them. The most specific one alone holds for a request: a role's before a
 * path's, a path's before a glob's, the longer glob first, then the mount's, then the global one. Immutable.
 *
 * @param <C> what counts
 */
record Rules<C>(List<Rule<C>> all) {
    /** A quota in force. */
    record Rule<C>(Quota quota, C counter) {}

    Rules {
        all = List.copyOf(all);
    }

    boolean none() {
        return all.isEmpty();
    }

    /**
     * The rule for a request.
     *
     * @param mount id of the mount it goes to; empty for nowhere
     * @param below its path below that mount
     * @param role asked only when a quota needs it
     */
    Optional<Rule<C>> find(String mount, String below, Supplier<Optional<String>> role) {
        List<Rule<C>> here = all.stream()
                .filter(rule -> !mount.isEmpty() && rule.quota().scope().mount().equals(mount))
                .toList();
        return byRole(here, role)
                .or(() -> here.stream()
                        .filter(rule -> covers(rule.quota().scope(), below))
                        .max(Comparator.comparingInt(Rules::weight)))
                .or(() -> all.stream()
                        .filter(rule -> rule.quota().scope().equals(Scope.GLOBAL))
                        .findFirst());
    }

    private static <C> Optional<Rule<C>> byRole(List<Rule<C>> here, Supplier<Optional<String>> role) {
        if (here.stream().allMatch(rule -> rule.quota().scope().role().isEmpty())) {
            return Optional.empty();
        }
        return role.get()
                .flatMap(asked -> here.stream()
                        .filter(rule -> rule.quota().scope().isFor(asked))
                        .findFirst());
    }

    private static boolean covers(Scope scope, String below) {
        String path = below.endsWith("/") ? below.substring(0, below.length() - 1) : below;
        return scope.role().isEmpty()
                && (scope.suffix().isEmpty()
                        || (scope.glob() ? path.startsWith(scope.stem()) : path.equals(scope.suffix())));
    }

    private static int weight(Rule<?> rule) {
        Scope scope = rule.quota().scope();
        return scope.suffix().isEmpty() ? -1 : scope.glob() ? scope.stem().length() : Integer.MAX_VALUE;
    }
}
