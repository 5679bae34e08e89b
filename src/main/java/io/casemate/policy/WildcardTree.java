package io.casemate.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The patterns with {@code +} segments, as a tree of segments: a path visits only the branches that fit it. */
final class WildcardTree {
    private static final PrefixIndex NOTHING = new PrefixIndex(Map.of());

    private final Map<String, WildcardTree> literal = new HashMap<>();
    private final Map<String, Grant> tails = new HashMap<>();
    private WildcardTree plus;
    private Grant whole;
    private PrefixIndex byTail = NOTHING;

    /** Builds the tree; it does not change afterwards. */
    static WildcardTree of(List<Grant> grants) {
        WildcardTree root = new WildcardTree();
        grants.forEach(root::add);
        root.index();
        return root;
    }

    boolean isEmpty() {
        return plus == null && literal.isEmpty() && tails.isEmpty();
    }

    /** Shows {@code found} every pattern that matches. */
    void visit(String path, Consumer<Grant> found) {
        if (!isEmpty()) {
            visit(split(path), 0, found);
        }
    }

    private void visit(List<String> segments, int at, Consumer<Grant> found) {
        if (at == segments.size()) {
            if (whole != null) {
                found.accept(whole);
            }
            return;
        }
        String segment = segments.get(at);
        for (int tail = byTail.longest(segment); tail >= 0; tail = byTail.shorter(tail)) {
            found.accept(byTail.grant(tail));
        }
        WildcardTree same = literal.get(segment);
        if (same != null) {
            same.visit(segments, at + 1, found);
        }
        if (plus != null) {
            plus.visit(segments, at + 1, found);
        }
    }

    private void add(Grant grant) {
        List<String> segments = split(grant.rule().stem());
        int literalSegments = segments.size() - (grant.rule().prefix() ? 1 : 0);
        WildcardTree node = this;
        for (String segment : segments.subList(0, literalSegments)) {
            node = node.child(segment);
        }
        if (grant.rule().prefix()) {
            node.tails.put(segments.getLast(), grant);
        } else {
            node.whole = grant;
        }
    }

    private WildcardTree child(String segment) {
        if (!segment.equals("+")) {
            return literal.computeIfAbsent(segment, key -> new WildcardTree());
        }
        plus = plus == null ? new WildcardTree() : plus;
        return plus;
    }

    private void index() {
        byTail = tails.isEmpty() ? NOTHING : new PrefixIndex(tails);
        literal.values().forEach(WildcardTree::index);
        if (plus != null) {
            plus.index();
        }
    }

    /** Splits at slashes; a trailing slash leaves an empty last segment, which {@code +} matches. */
    static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        int start = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
            segments.add(path.substring(start, slash));
            start = slash + 1;
        }
        segments.add(path.substring(start));
        return segments;
    }
}
