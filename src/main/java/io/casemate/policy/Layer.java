package io.casemate.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Grants with an index for each kind of pattern, and the order of how specific they are. Immutable. */
final class Layer {
    static final Layer EMPTY = new Layer(List.of(), Function.identity());

    private static final long STEP = 1L << 32;

    private final List<Grant> ordered;
    private final Map<String, Grant> exact = new HashMap<>();
    private final PrefixIndex prefixes;
    private final WildcardTree wildcards;

    private Layer(List<Grant> ordered, Function<List<Grant>, List<Grant>> ranking) {
        this.ordered = ranking.apply(ordered);
        Map<String, Grant> byPrefix = new HashMap<>();
        List<Grant> wild = new ArrayList<>();
        for (Grant grant : this.ordered) {
            PathRule rule = grant.rule();
            if (rule.wildcard()) {
                wild.add(grant);
            } else if (rule.prefix()) {
                byPrefix.put(rule.stem(), grant);
            } else {
                exact.put(rule.pattern(), grant);
            }
        }
        this.prefixes = new PrefixIndex(byPrefix);
        this.wildcards = WildcardTree.of(wild);
    }

    /** Of grants for different patterns. */
    static Layer of(Collection<Grant> grants) {
        return new Layer(sorted(grants), sorted -> {
            List<Grant> ranked = new ArrayList<>();
            for (Grant each : sorted) {
                ranked.add(each.ranked((ranked.size() + 1) * STEP));
            }
            return ranked;
        });
    }

    /**
     * A layer above this one. Its grants unite with this one's of the same pattern, and rank between this one's just above
     * them, so that they win over them.
     */
    Layer above(Collection<Grant> grants) {
        List<Grant> united = grants.stream().map(this::united).toList();
        return new Layer(sorted(united), sorted -> {
            List<Grant> ranked = new ArrayList<>();
            for (Grant each : sorted) {
                int at = place(each.rule());
                int below = at >= 0 ? at + 1 : -at - 1;
                ranked.add(each.ranked(below * STEP + ranked.size() + 1));
            }
            return ranked;
        });
    }

    boolean isEmpty() {
        return ordered.isEmpty();
    }

    /** Least specific first. */
    List<Grant> grants() {
        return ordered;
    }

    Grant exact(String path) {
        return exact.get(path);
    }

    /** The grant of the longest plain prefix of {@code path}, or null. */
    Grant longest(String path) {
        int at = prefixes.longest(path);
        return at < 0 ? null : prefixes.grant(at);
    }

    void wildcards(String path, MostSpecific best) {
        wildcards.visit(path, best);
    }

    /** Whether it has a grant for just this pattern. */
    boolean has(PathRule rule) {
        return place(rule) >= 0;
    }

    private Grant united(Grant grant) {
        int at = place(grant.rule());
        return at < 0 ? grant : ordered.get(at).merge(grant);
    }

    private int place(PathRule rule) {
        return Collections.binarySearch(
                ordered, new Grant(rule, 0, List.of()), (a, b) -> Grant.SPECIFICITY.compare(a.rule(), b.rule()));
    }

    private static List<Grant> sorted(Collection<Grant> grants) {
        return grants.stream()
                .sorted((a, b) -> Grant.SPECIFICITY.compare(a.rule(), b.rule()))
                .toList();
    }
}
