package io.casemate.kernel;

import java.util.Collection;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The known word nearest to a misspelt one, for "did you mean". */
public final class NearestWord {
    private NearestWord() {}

    /**
     * The candidate with the fewest edits (Levenshtein's: single characters put in, taken out or changed); the first of equals.
     *
     * @param most how many edits still make a candidate near; much longer or shorter words cost nothing to tell
     */
    public static Optional<String> to(String word, Collection<String> candidates, ToIntFunction<String> most) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int allowed = Math.min(most.applyAsInt(candidate), least - 1);
            if (Math.abs(candidate.length() - word.length()) <= allowed) {
                int edits = edits(word, candidate);
                if (edits <= allowed) {
                    least = edits;
                    best = candidate;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
