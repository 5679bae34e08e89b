package io.casemate.kernel;

import java.util.Locale;

/** What a request asks of a path; the words of the policy language, not of HTTP. */
public enum Operation {
    READ,
    LIST,
    /** The names of all that lies below a folder, however deep: OpenBao's recursive list. */
    SCAN,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    HELP;

    /** Whether it asks for names below a folder: its path has a slash at its end then. */
    public boolean lists() {
        return this == LIST || this == SCAN;
    }

    /** The lower-case word that policies and audit entries use. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
