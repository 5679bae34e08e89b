package io.casemate.kernel;

import java.io.InputStream;

/** A request's body that is not JSON and may be of any length: read when and if the handler wants it. */
@FunctionalInterface
public interface Upload {
    /** The body, once. Reading ends in an {@code IOException} when it does not arrive whole. */
    InputStream open();
}
