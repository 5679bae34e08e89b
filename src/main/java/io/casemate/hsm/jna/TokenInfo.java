package io.casemate.hsm.jna;

/**
 * {@code CK_TOKEN_INFO}, its texts without padding.
 *
 * @param maxSessions sessions that one application may have open for writing; 0 when the token states no limit
 */
public record TokenInfo(
        String label, String manufacturer, String model, String serial, String firmware, long flags, long maxSessions) {
    /** Whether a {@code CKF_} flag is set. */
    public boolean has(long flag) {
        return (flags & flag) != 0;
    }
}
