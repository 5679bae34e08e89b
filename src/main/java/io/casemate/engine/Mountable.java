package io.casemate.engine;

import java.util.List;

/** What answers the paths below a mount. */
public interface Mountable extends AutoCloseable {
    /** Every path it answers. Asked once, when it is opened. */
    List<Endpoint> endpoints();

    /** Lets go of what it holds; its storage stays. */
    @Override
    default void close() {}
}
