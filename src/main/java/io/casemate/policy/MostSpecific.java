package io.casemate.policy;

import java.util.function.Consumer;

/** Keeps the most specific of the grants it is shown. */
final class MostSpecific implements Consumer<Grant> {
    private final Capability wanted;
    private Grant any;
    private Grant denying;
    private Grant granting;

    MostSpecific(Capability wanted) {
        this.wanted = wanted;
    }

    @Override
    public void accept(Grant grant) {
        any = higher(any, grant);
        if (grant.denies()) {
            denying = higher(denying, grant);
        }
        if (grant.grants(wanted)) {
            granting = higher(granting, grant);
        }
    }

    Grant overall() {
        return any;
    }

    /**
     * For a folder, which is matched with and without its slash, so that rules of both spellings count. A rule that says
     * nothing on it does not hide one that grants it, but a more specific deny always wins.
     */
    Grant forFolder() {
        if (granting == null) {
            return denying == null ? any : denying;
        }
        return denying != null && denying.rank() > granting.rank() ? denying : granting;
    }

    private static Grant higher(Grant a, Grant b) {
        return a == null || b.rank() > a.rank() ? b : a;
    }
}
