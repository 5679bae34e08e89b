package io.casemate.policy;

import java.util.List;

/**
 * A policy that was understood whole.
 *
 * @param text as it was written, byte for byte
 * @param warnings what its author may not have meant, each a sentence
 */
public record Policy(String name, String text, List<PathRule> rules, List<String> warnings) {
    /** The policy that allows everything; it has no text. */
    public static final String ROOT = "root";

    public Policy {
        rules = List.copyOf(rules);
        warnings = List.copyOf(warnings);
    }
}
