package io.casemate.doctor;

import java.util.Locale;

/** What a check found. */
public enum Verdict {
    /** Proven good. */
    OK,
    /** Proven bad. */
    FAILED,
    /** Could not be looked at, so nothing is proven. */
    UNKNOWN,
    /** Means nothing on this machine. */
    NOT_APPLICABLE;

    /** As reports write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
