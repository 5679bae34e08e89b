package io.casemate.hsm;

/**
 * How the token is. Texts are empty while they are not known.
 *
 * @param reachable the token answered just now
 * @param loggedIn a login is held, so keys can be used without a new one
 * @param library name and versions of the PKCS#11 library
 * @param openSessions sessions held, the login's included
 * @param stuckCalls calls that are still inside the library after their deadline
 * @param lastError the newest failure of any call, with its {@code CKR_} name; empty when none happened since the token
 *     last answered
 */
public record HsmHealth(
        boolean reachable,
        boolean loggedIn,
        String tokenLabel,
        String serial,
        String model,
        String firmware,
        String library,
        PinState pin,
        int openSessions,
        int stuckCalls,
        String lastError) {

    /** What is known of the user PIN. */
    public enum PinState {
        /** The token has not told. */
        UNKNOWN,
        /** Nothing is wrong with it. */
        FINE,
        /** Somebody gave a wrong PIN since the last login. */
        COUNT_LOW,
        /** One more wrong PIN locks it: we do not try. */
        FINAL_TRY,
        /** Locked: the security officer has to act. */
        LOCKED,
        /** The token has none yet. */
        NOT_SET,
        /** Our PIN was refused; it is not tried again until {@link Hsm#pinCorrected()}. */
        REFUSED
    }
}
