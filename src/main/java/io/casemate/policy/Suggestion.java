package io.casemate.policy;

import io.casemate.kernel.NearestWord;
import java.util.Collection;

/** "Did you mean": the known word closest to a misspelt one, if any is close. */
final class Suggestion {
    private static final int CLOSE = 3;

    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or a list of what is known. */
    static String of(String word, Collection<String> known) {
        return NearestWord.to(word, known, candidate -> Math.min(CLOSE, candidate.length() - 1))
                .map(near -> "; did you mean '" + near + "'?")
                .orElseGet(() -> "; known are " + String.join(", ", known));
    }
}
