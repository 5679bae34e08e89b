package io.casemate.policy;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that a set of policies says about one pattern.
 *
 * @param rank the higher, the more specific the pattern; only compared between patterns with wildcards
 * @param sources which policy gave which capabilities
 */
record Grant(PathRule rule, int rank, List<Source> sources) {
    /**
     * Vault's order, least specific first: an earlier wildcard, a star at the end, more {@code +} segments, a shorter
     * pattern, the smaller text.
     */
    static final Comparator<PathRule> SPECIFICITY = Comparator.comparingInt(Grant::firstWildcard)
            .thenComparing(rule -> !rule.prefix())
            .thenComparing(Comparator.comparingInt(Grant::plusSegments).reversed())
            .thenComparingInt(rule -> rule.stem().length())
            .thenComparing(PathRule::stem);

    /** Capabilities that one policy gave. */
    record Source(String policy, int bits) {}

    Grant {
        sources = List.copyOf(sources);
    }

    static Grant of(String policy, PathRule rule) {
        return new Grant(rule, 0, List.of(new Source(policy, rule.bits())));
    }

    /** This with another policy's rule for the same pattern. Deny swallows all the rest. */
    Grant merge(String policy, PathRule other) {
        if (denies()) {
            return this;
        }
        if (Capability.DENY.in(other.bits())) {
            return of(policy, other);
        }
        List<Source> all = new ArrayList<>(sources);
        all.add(new Source(policy, other.bits()));
        PathRule both = new PathRule(
                rule.pattern(),
                rule.bits() | other.bits(),
                rule.parameters().merge(other.parameters()),
                rule.wrapping().merge(other.wrapping()));
        return new Grant(both, 0, all);
    }

    Grant ranked(int specificity) {
        return new Grant(rule, specificity, sources);
    }

    boolean denies() {
        return Capability.DENY.in(rule.bits());
    }

    boolean grants(Capability capability) {
        return capability.in(rule.bits());
    }

    /** The bounds that stand beside the capabilities: wrapping and parameters. */
    boolean withinBounds(Request request) {
        if (!rule.wrapping().allow(request.wrapTtl())) {
            return false;
        }
        Operation operation = request.operation();
        boolean takesParameters = operation != Operation.LIST && operation != Operation.DELETE;
        return !takesParameters || rule.parameters().allow(request.data());
    }

    List<String> grantedBy(Capability capability) {
        return sources.stream()
                .filter(source -> capability.in(source.bits()))
                .map(Source::policy)
                .distinct()
                .toList();
    }

    private static int firstWildcard(PathRule rule) {
        return rule.wildcard() ? rule.pattern().indexOf('+') : rule.stem().length();
    }

    private static int plusSegments(PathRule rule) {
        int count = 0;
        if (rule.wildcard()) {
            for (String segment : rule.stem().split("/", -1)) {
                count += segment.equals("+") ? 1 : 0;
            }
        }
        return count;
    }
}
