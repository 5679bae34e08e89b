package io.casemate.hsm.broker;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.util.Optional;

/**
 * What is known of the PIN on the side that does not crash. A refused PIN is given to no broker again before a human says so.
 * A broker that dies in the middle of a login leaves open whether the token counted a wrong try; as long as the PIN was
 * never accepted, that may happen {@value #MOST_UNCERTAIN} times.
 */
final class PinMemory {
    static final int MOST_UNCERTAIN = 2;

    private HsmFailed refused;
    private boolean approved;
    private boolean trying;
    private boolean everAccepted;
    private int uncertain;

    /** Throws what the PIN was refused with. */
    synchronized void check() {
        if (refused != null) {
            throw refused.asException();
        }
    }

    synchronized Optional<HsmFailed> refused() {
        return Optional.ofNullable(refused);
    }

    /** A human said that the PIN is right, and no login has proved or disproved it since. */
    synchronized boolean approved() {
        return approved;
    }

    synchronized void corrected() {
        refused = null;
        approved = true;
        everAccepted = false; // it may be another PIN
        uncertain = 0;
    }

    synchronized void noticed(PinNotice notice, Optional<HsmFailed> failure) {
        trying = notice == PinNotice.BEGINS;
        switch (notice) {
            case BEGINS -> {}
            case ACCEPTED -> {
                everAccepted = true;
                approved = false;
                uncertain = 0;
                refused = null;
            }
            case REFUSED -> {
                approved = false;
                refused = failure.orElseThrow();
            }
            case FAILED -> uncertain = 0;
        }
    }

    /** The broker is gone. */
    synchronized void brokerEnded() {
        if (trying && !everAccepted && ++uncertain >= MOST_UNCERTAIN) {
            refused = new HsmFailed(
                    "LOGIN_UNCERTAIN",
                    "C_Login",
                    HsmProblem.PIN,
                    "the HSM's library ended its process " + uncertain
                            + " times in the middle of a login, which may have"
                            + " counted as wrong PINs; check the HSM and its PIN, write it anew, then restart the HSM's unit"
                            + " and the server, or send the server SIGHUP where it starts that process itself");
        }
        trying = false;
    }
}
