package io.casemate.policy;

import java.util.List;
import java.util.Optional;

/**
 * Why something would be allowed or not.
 *
 * @param reason a sentence
 * @param rule what decided; empty when no rule did
 * @param outranked other rules that match the path and are less specific, the most specific first
 * @param unfilled rules with templates that would have a say if there were values for them
 */
public record Explanation(
        boolean allowed, String reason, Optional<Rule> rule, List<Rule> outranked, List<Unfilled> unfilled) {
    /** Everything that is said of one pattern, with the stanzas that say it. */
    public record Rule(String pattern, List<String> capabilities, List<Stanza> stanzas) {}

    /**
     * One stanza of a policy.
     *
     * @param line from 1; 0 where the policy is in JSON
     * @param path as it is written there
     */
    public record Stanza(String policy, int line, String path, List<String> capabilities) {}

    /** A stanza with templates that says nothing. */
    public record Unfilled(Stanza stanza, String why) {}
}
