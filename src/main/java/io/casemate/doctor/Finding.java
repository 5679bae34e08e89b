package io.casemate.doctor;

/**
 * What one look showed.
 *
 * @param evidence what was seen and where; never a secret
 */
public record Finding(Verdict verdict, String evidence) {
    static Finding ok(String evidence) {
        return new Finding(Verdict.OK, evidence);
    }

    static Finding failed(String evidence) {
        return new Finding(Verdict.FAILED, evidence);
    }

    static Finding unknown(String reason) {
        return new Finding(Verdict.UNKNOWN, reason);
    }

    static Finding notApplicable(String reason) {
        return new Finding(Verdict.NOT_APPLICABLE, reason);
    }

    /** Good or bad, with the same evidence. */
    static Finding of(boolean good, String evidence) {
        return good ? ok(evidence) : failed(evidence);
    }
}
