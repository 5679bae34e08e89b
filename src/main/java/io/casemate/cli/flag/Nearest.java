package io.casemate.cli.flag;

import io.casemate.kernel.NearestWord;
import java.util.Collection;

/** "Did you mean": the known word closest to a mistyped one. */
public final class Nearest {
    private Nearest() {}

    /** The candidate at most two edits away, one from a word of two letters; empty if there is none. */
    public static String to(String word, Collection<String> candidates) {
        int most = word.length() < 3 ? 1 : 2;
        return NearestWord.to(word, candidates, _ -> most).orElse("");
    }
}
