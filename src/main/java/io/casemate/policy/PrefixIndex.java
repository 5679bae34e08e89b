package io.casemate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds which of many prefixes a text starts with: one binary search, then up a chain from each prefix to the longest
 * other one that it starts with itself.
 *
 * <p>Why the chain is enough: all texts that start with a prefix p stand together in sorted order, so when the text starts
 * with p, so does the last prefix that is not greater than the text.
 */
final class PrefixIndex {
    private final String[] prefixes;
    private final List<Grant> grants;
    private final int[] parent;

    PrefixIndex(Map<String, Grant> byPrefix) {
        TreeMap<String, Grant> sorted = new TreeMap<>(byPrefix);
        this.prefixes = sorted.keySet().toArray(String[]::new);
        this.grants = new ArrayList<>(sorted.values());
        this.parent = new int[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            parent[i] = climb(prefixes[i], i - 1);
        }
    }

    /** Where the longest prefix of {@code text} is, or -1. */
    int longest(String text) {
        if (prefixes.length == 0) {
            return -1;
        }
        int found = Arrays.binarySearch(prefixes, text);
        return found >= 0 ? found : climb(text, -found - 2);
    }

    /** The next shorter prefix of the same text, or -1. */
    int shorter(int at) {
        return parent[at];
    }

    Grant grant(int at) {
        return grants.get(at);
    }

    List<Grant> grants() {
        return grants;
    }

    private int climb(String text, int from) {
        int at = from;
        while (at >= 0 && !text.startsWith(prefixes[at])) {
            at = parent[at];
        }
        return at;
    }
}
