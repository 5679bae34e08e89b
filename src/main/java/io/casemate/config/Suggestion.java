package io.casemate.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** "Did you mean": the known word nearest to a misspelt one. */
final class Suggestion {
    private Suggestion() {}

    /** A sentence to append to an error, with a leading space, or empty text when nothing is near. */
    static String among(Collection<String> known, String given) {
        String word = given.toLowerCase(Locale.ROOT).replace('-', '_');
        return known.stream()
                .filter(candidate -> distance(candidate, word) <= Math.max(1, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(candidate, word)))
                .map(candidate -> " Did you mean '" + candidate + "'?")
                .orElse(known.isEmpty() ? "" : " Known here: " + String.join(", ", known) + ".");
    }

    /** Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
