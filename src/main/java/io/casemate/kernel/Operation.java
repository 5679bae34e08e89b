package io.casemate.kernel;

import java.util.Locale;

/** What a request asks of a path; the words of the policy language, not of HTTP. */
public enum Operation {
    READ,
    LIST,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    HELP;

    /** The lower-case word that policies and audit entries use. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
