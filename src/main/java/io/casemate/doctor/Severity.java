package io.casemate.doctor;

import java.util.Locale;

/** How bad it is when a check fails. */
public enum Severity {
    /** Keys are, or easily get, into strange hands: production mode may refuse to start. */
    FATAL(12),
    /** One mistake or one intruder away from that. */
    HIGH(6),
    /** A layer is missing. */
    MEDIUM(3),
    /** Good practice. */
    LOW(1);

    private final int weight;

    Severity(int weight) {
        this.weight = weight;
    }

    /** Its part in the score. */
    int weight() {
        return weight;
    }

    /** As reports write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
