package io.casemate.policy;

import java.util.List;

/**
 * What the policies say to a request.
 *
 * @param grantedBy names of the policies that granted the operation; empty unless allowed
 */
public record Verdict(boolean allowed, List<String> grantedBy) {
    /** Refused. */
    public static final Verdict DENIED = new Verdict(false, List.of());

    public Verdict {
        grantedBy = List.copyOf(grantedBy);
    }
}
