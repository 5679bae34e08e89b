package io.casemate.core.request;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Tells the log who was refused to unseal, and why. Strangers may knock without end and must not fill a disk: after a line, the
 * next comes a minute later at the earliest and counts what was left out. Safe for concurrent use.
 */
final class RefusedUnseals {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private Instant quietUntil = Instant.MIN;
    private long leftOut;

    RefusedUnseals(InstantSource clock) {
        this.clock = clock;
    }

    /** Writes the line, if it is time for one. */
    void note(Request.Peer peer, FaultException why) {
        line(peer, why).ifPresent(text -> LOG.log(Level.WARNING, text));
    }

    /** The line; empty while there was one a short time ago. */
    synchronized Optional<String> line(Request.Peer peer, FaultException why) {
        Instant now = clock.instant();
        if (now.isBefore(quietUntil)) {
            leftOut++;
            return Optional.empty();
        }
        String before = leftOut == 0 ? "" : "; " + leftOut + " more were refused since the last line";
        quietUntil = now.plus(PAUSE);
        leftOut = 0;
        return Optional.of(
                "an attempt to unseal, from " + peer.address() + ", was refused: " + why.getMessage() + before);
    }
}
