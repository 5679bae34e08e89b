package io.casemate.policy;

import java.util.Collection;

/** "Did you mean": the known word closest to a misspelt one, if any is close. */
final class Suggestion {
    private static final int CLOSE = 3;

    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or a list of what is known. */
    static String of(String word, Collection<String> known) {
        String best = "";
        int least = CLOSE + 1;
        for (String candidate : known) {
            int distance = word.length() > 64 ? least : distance(word, candidate);
            if (distance < least && distance < candidate.length()) {
                least = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "; known are " + String.join(", ", known) : "; did you mean '" + best + "'?";
    }

    private static int distance(String a, String b) {
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
