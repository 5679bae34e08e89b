package io.casemate.engine.pki.draft;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One rule that a certificate has to keep.
 *
 * @param id short and stable, shown to the client
 * @param source the section that demands it; "BR" is the CA/Browser Forum's Baseline Requirements
 * @param check what is wrong, empty when nothing is
 */
record LintRule(String id, String source, Function<Candidate, Optional<String>> check) {
    /** A rule with one way to break it. */
    static LintRule must(String id, String source, Predicate<Candidate> holds, String otherwise) {
        return new LintRule(id, source, candidate -> holds.test(candidate) ? Optional.empty() : Optional.of(otherwise));
    }

    /** The finding as the client reads it. */
    Optional<String> finding(Candidate candidate) {
        return problem(candidate).map(problem -> "lint " + id + " (" + source + "): " + problem);
    }

    private Optional<String> problem(Candidate candidate) {
        try {
            return check.apply(candidate);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Optional.of("what the rule looks at cannot be decoded");
        }
    }
}
