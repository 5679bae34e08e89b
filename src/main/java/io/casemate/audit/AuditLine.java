package io.casemate.audit;

/**
 * One finished entry, with its newline. Only {@link Redactor} makes these, so that a device cannot be handed a secret by
 * mistake.
 */
public final class AuditLine {
    private final byte[] bytes;

    AuditLine(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The entry as it goes to the device; shared, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
