package io.casemate.audit;

import java.io.IOException;

/** A connection that takes lines. For one thread at a time. */
public interface Wire extends AutoCloseable {
    /**
     * Hands over a line, whole; on failure a part of it may be on its way, and the connection is of no more use.
     *
     * @param until when to give up, a {@link System#nanoTime}
     * @throws io.casemate.kernel.FaultException {@code TooLarge} when it can never take this one
     */
    void send(byte[] line, long until) throws IOException;

    @Override
    void close() throws IOException;
}
