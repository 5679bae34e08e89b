package io.casemate.policy;

import io.casemate.kernel.EditDistance;
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
            int distance = word.length() > 64 ? least : EditDistance.between(word, candidate);
            if (distance < least && distance < candidate.length()) {
                least = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "; known are " + String.join(", ", known) : "; did you mean '" + best + "'?";
    }
}
