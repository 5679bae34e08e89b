package io.casemate.audit;

import java.util.Map;

/**
 * A place where audit entries go. A line that {@link #write} returned from has been handed to the operating system (a
 * socket or file), whole and not mixed with another. Any number of threads write at once.
 */
public interface AuditDevice extends AutoCloseable {
    /**
     * Hands over one line.
     *
     * @throws io.casemate.kernel.FaultException when that failed; the next write tries afresh, so that the device heals
     *     by itself when its cause is gone
     */
    void write(AuditLine line);

    /**
     * Lets go of the sink and opens it again, for log rotation.
     *
     * @throws io.casemate.kernel.FaultException when it cannot be opened; the next write tries again
     */
    void reopen();

    /** Lets go of the sink for good: writes fail from now on. */
    @Override
    void close();

    /** Makes devices of one type. */
    interface Factory {
        /** The API's name for the type, such as {@code file}. */
        String type();

        /**
         * A device, not opened yet.
         *
         * @param name for messages: the path at which it is enabled
         * @throws io.casemate.kernel.FaultException {@code BadRequest} when the options make no sense
         */
        AuditDevice create(String name, Map<String, String> options);
    }
}
