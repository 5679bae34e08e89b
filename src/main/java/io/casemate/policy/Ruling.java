package io.casemate.policy;

import java.util.List;
import java.util.Optional;

/**
 * Why something is allowed or not.
 *
 * @param by what decided; empty for {@code root}, for what needs no rule, and when no rule matched
 * @param why a sentence
 */
record Ruling(boolean allowed, Optional<Grant> by, List<String> grantedBy, String why) {
    static final Ruling ROOT =
            new Ruling(true, Optional.empty(), List.of(Policy.ROOT), "the root policy allows everything");
    static final Ruling HELP = new Ruling(true, Optional.empty(), List.of(), "help is for every token");
    static final Ruling NO_RULE = new Ruling(false, Optional.empty(), List.of(), "no rule matches this path");

    static Ruling allowed(Grant grant, Capability by) {
        return new Ruling(true, Optional.of(grant), grant.grantedBy(by), "");
    }

    static Ruling refused(Grant grant, String why) {
        return new Ruling(false, Optional.of(grant), List.of(), why);
    }

    Verdict verdict() {
        return allowed ? new Verdict(true, grantedBy) : Verdict.DENIED;
    }
}
