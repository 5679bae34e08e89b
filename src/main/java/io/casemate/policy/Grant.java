package io.casemate.policy;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.policy.PathRule.Written;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a set of policies says about one pattern.
 *
 * @param rank the higher, the more specific the pattern; only compared between patterns with wildcards
 * @param sources which stanza gave which capabilities
 */
record Grant(PathRule rule, long rank, List<Source> sources) {
    /**
     * Vault's order, least specific first: an earlier wildcard, a star at the end, more {@code +} segments, a shorter
     * pattern, the smaller text. Equal for the same pattern only.
     */
    static final Comparator<PathRule> SPECIFICITY = Comparator.comparingInt(Grant::firstWildcard)
            .thenComparing(rule -> !rule.prefix())
            .thenComparing(Comparator.comparingInt(Grant::plusSegments).reversed())
            .thenComparingInt(rule -> rule.stem().length())
            .thenComparing(PathRule::stem);

    /** Capabilities that one stanza gave. */
    record Source(String policy, int bits, Written written) {}

    Grant {
        sources = List.copyOf(sources);
    }

    static Grant of(String policy, PathRule rule) {
        return new Grant(rule, 0, List.of(new Source(policy, rule.bits(), rule.written())));
    }

    /** This with another stanza's rule for the same pattern. Deny swallows all the rest. */
    Grant merge(Grant other) {
        if (denies()) {
            return this;
        }
        if (other.denies()) {
            return other;
        }
        List<Source> all = new ArrayList<>(sources);
        all.addAll(other.sources);
        PathRule both = new PathRule(
                rule.pattern(),
                rule.bits() | other.rule.bits(),
                rule.parameters().merge(other.rule.parameters()),
                rule.wrapping().merge(other.rule.wrapping()),
                rule.written());
        return new Grant(both, 0, all);
    }

    Grant ranked(long specificity) {
        return new Grant(rule, specificity, sources);
    }

    boolean denies() {
        return Capability.DENY.in(rule.bits());
    }

    boolean grants(Capability capability) {
        return capability.in(rule.bits());
    }

    /** Grants anything at all. */
    boolean gives() {
        return !denies() && rule.bits() != 0;
    }

    /** What of the bounds that stand beside the capabilities is not kept: wrapping and parameters. */
    Optional<String> trouble(Request request) {
        if (!rule.wrapping().allow(request.wrapTtl())) {
            return Optional.of(rule.wrapping().demand());
        }
        Operation operation = request.operation();
        boolean takesParameters = !operation.lists() && operation != Operation.DELETE;
        return takesParameters ? rule.parameters().trouble(request.data()) : Optional.empty();
    }

    List<String> grantedBy(Capability capability) {
        return sources.stream()
                .filter(source -> capability.in(source.bits()))
                .map(Source::policy)
                .distinct()
                .sorted()
                .toList();
    }

    /** The capabilities, sorted. */
    List<String> words() {
        return Capability.words(rule.bits());
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
