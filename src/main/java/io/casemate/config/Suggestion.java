package io.casemate.config;

import io.casemate.kernel.NearestWord;
import java.util.Collection;
import java.util.Locale;

/** "Did you mean": the known word nearest to a misspelt one. */
final class Suggestion {
    private Suggestion() {}

    /** A sentence to append to an error, with a leading space: the nearest word, or all of them when nothing is near. */
    static String among(Collection<String> known, String given) {
        String near = near(known, given);
        return near.isEmpty() && !known.isEmpty() ? " Known here: " + String.join(", ", known) + "." : near;
    }

    /** The same, or empty text when nothing is near. */
    static String near(Collection<String> known, String given) {
        String word = given.toLowerCase(Locale.ROOT).replace('-', '_');
        return NearestWord.to(word, known, candidate -> Math.max(1, candidate.length() / 3))
                .map(candidate -> " Did you mean '" + candidate + "'?")
                .orElse("");
    }
}
