package io.casemate.engine;

import java.util.List;

/** What answers the paths below a mount. */
public interface Mountable extends AutoCloseable {
    /** Every path it answers. Asked once, when it is opened. */
    List<Endpoint> endpoints();

    /** Called once, when it is mounted for good with these options: may begin to bring its storage up to them, and returns soon. */
    default void start() {}

    /** Lets go of what it holds; its storage stays. */
    @Override
    default void close() {}
}
