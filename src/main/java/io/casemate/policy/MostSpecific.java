package io.casemate.policy;

import java.util.function.Consumer;

/** Keeps the most specific of the grants it is shown. */
final class MostSpecific implements Consumer<Grant> {
    private Grant any;
    private Grant denying;

    @Override
    public void accept(Grant grant) {
        any = higher(any, grant);
        if (grant.denies()) {
            denying = higher(denying, grant);
        }
    }

    Grant overall() {
        return any;
    }

    /**
     * For a folder, which is matched without its slash and, by {@code slashed}, with it. Rules for the path without it decide,
     * the others only where there are none; but a more specific deny always wins.
     */
    Grant orElse(MostSpecific slashed) {
        if (any == null) {
            return slashed.any;
        }
        return slashed.denying != null && slashed.denying.rank() > any.rank() ? slashed.denying : any;
    }

    private static Grant higher(Grant a, Grant b) {
        return a == null || b.rank() > a.rank() ? b : a;
    }
}
