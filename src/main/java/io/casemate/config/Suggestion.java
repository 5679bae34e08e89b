package io.casemate.config;

import io.casemate.kernel.EditDistance;
import java.util.Collection;
import java.util.Comparator;
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
        return known.stream()
                .filter(candidate -> EditDistance.between(candidate, word) <= Math.max(1, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> EditDistance.between(candidate, word)))
                .map(candidate -> " Did you mean '" + candidate + "'?")
                .orElse("");
    }
}
