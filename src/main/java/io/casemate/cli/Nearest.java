package io.casemate.cli;

import io.casemate.kernel.EditDistance;
import java.util.Collection;

/** "Did you mean": the known word closest to a mistyped one. */
final class Nearest {
    private Nearest() {}

    /** The candidate at most two edits away, the nearest first; empty if there is none. */
    static String to(String word, Collection<String> candidates) {
        String best = "";
        int least = Math.min(3, Math.max(2, word.length()));
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2 || a.length() > 64) {
            return Integer.MAX_VALUE;
        }
        return EditDistance.between(a, b);
    }
}
