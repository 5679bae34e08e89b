package io.casemate.kernel;

import java.io.IOException;
import java.io.InputStream;

/** An answer's body that is not JSON and may be of any length: complete before the answer begins. */
public interface Download extends AutoCloseable {
    /** In bytes. */
    long length();

    /** From the beginning. */
    InputStream open() throws IOException;

    /** Gives back what holds it; whoever sends it calls this. */
    @Override
    void close();
}
