package io.casemate.audit.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Where lines are appended, and whether it is still in its place. */
interface Sink {
    Path path();

    /** Opens it, creating it when it is not there. */
    Opened open() throws IOException;

    /** What is at the path now; equal to another only while it is the same. */
    Object identity() throws IOException;

    /**
     * An open file.
     *
     * @param stream appends; every write goes to the operating system at once and is not cut short by interrupts
     * @param identity as {@link Sink#identity}
     * @param torn the last line lacks its end
     */
    record Opened(OutputStream stream, Object identity, boolean torn) {}
}
