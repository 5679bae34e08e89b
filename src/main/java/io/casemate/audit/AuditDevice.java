package io.casemate.audit;

import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import java.time.Duration;
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
     *     by itself when its cause is gone. {@code TooLarge} when this line can never be handed over, but others can
     */
    void write(AuditLine line);

    /**
     * Lets go of the sink and opens it again, for log rotation.
     *
     * @throws io.casemate.kernel.FaultException when it cannot be opened; the next write tries again
     */
    void reopen();

    /**
     * Whether a write waits for nothing but the local machine's kernel, as for a file. Such a device, while it is the only
     * one, is written to by the thread of the request; any other gets a thread of its own and a deadline.
     */
    default boolean prompt() {
        return false;
    }

    /** What an operator should see to although entries are still taken; empty when nothing. Cheap enough for health checks. */
    default String alarm() {
        return "";
    }

    /** How long the write under way has taken so far; zero when none is. Waits for nothing. Asked of {@link #prompt} devices. */
    default Duration underWay() {
        return Duration.ZERO;
    }

    /** Lets go of the sink for good: writes fail from now on. */
    @Override
    void close();

    /**
     * Option {@code write_timeout} of every type: how long an entry may take; 2 seconds when absent.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for less than 10 ms or more than a minute
     */
    static Duration writeTimeout(Map<String, String> options) {
        String text = options.getOrDefault("write_timeout", "").strip();
        Duration timeout = text.isEmpty() ? Duration.ofSeconds(2) : Durations.parse("write_timeout", text);
        if (timeout.compareTo(Duration.ofMillis(10)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw Fault.badRequest("option 'write_timeout': expected 10ms to 1m");
        }
        return timeout;
    }

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
