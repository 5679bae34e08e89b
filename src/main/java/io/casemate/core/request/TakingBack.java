package io.casemate.core.request;

import java.lang.System.Logger.Level;

/** Takes back what an answer would have handed out, each by itself: what fails keeps nothing else alive, and is named in the log. */
final class TakingBack {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final Throwable why;

    /** @param why the answer does not leave; what fails is added to it */
    TakingBack(Throwable why) {
        this.why = why;
    }

    /** @param what is ended, by accessor or id, for who looks after it */
    void end(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.log(
                    Level.ERROR,
                    what + " of an answer that did not leave could not be ended now; see whether it is still there",
                    e);
            if (!e.equals(why)) {
                why.addSuppressed(e);
            }
        }
    }
}
