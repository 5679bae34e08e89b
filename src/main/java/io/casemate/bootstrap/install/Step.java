package io.casemate.bootstrap.install;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** One step of an installation. Looks before it acts, so that a second run changes nothing. */
interface Step {
    /** Stays the same: the state file names it. */
    String name();

    /** What it would do, in one line. */
    String plan();

    /**
     * Does it, or finds it done.
     *
     * @return what was done or found, for the operator; no secret
     */
    String run() throws IOException, GeneralSecurityException, InterruptedException;

    /** A step whose deed must not be asked for again, whatever is found. */
    default boolean once() {
        return false;
    }
}
