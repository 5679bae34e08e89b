package io.casemate.hsm;

import io.casemate.hsm.HsmHealth.PinState;
import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * Keeps a wrong PIN from being tried twice: tokens lock or wipe themselves after a few tries. The refusal is remembered for
 * the life of the process, and by {@link HsmEvents} longer; across restarts of the server the token's own flags stop us
 * before the last try.
 */
final class PinGuard {
    private static final Logger LOG = System.getLogger("casemate.hsm");

    private final HsmEvents events;
    private volatile HsmFailed refusal;
    private volatile boolean lastTryAllowed;

    /** Tells {@code events} whatever has to be remembered longer than this process lives. */
    PinGuard(HsmEvents events) {
        this.events = events;
        this.refusal = events.refusedBefore().orElse(null);
    }

    /** Throws the fault of kind {@code PIN} when a login must not be tried. */
    void check(TokenInfo token) {
        HsmFailed refused = refusal;
        if (refused != null) {
            throw refused.asException();
        }
        switch (flagged(token)) {
            case LOCKED ->
                throw HsmFailures.pin(
                        "CKR_PIN_LOCKED",
                        "the user PIN of token '" + token.label()
                                + "' is locked; the HSM's security officer has to reset it. No login was tried");
            case FINAL_TRY -> checkLastTry(token);
            case NOT_SET ->
                throw HsmFailures.pin(
                        "CKR_USER_PIN_NOT_INITIALIZED",
                        "token '" + token.label() + "' has no user PIN yet; the security officer has to set one");
            case COUNT_LOW ->
                LOG.log(Level.WARNING, "token {0}: a wrong PIN was given since the last login", token.label());
            case UNKNOWN, FINE, REFUSED -> {}
        }
    }

    private void checkLastTry(TokenInfo token) {
        if (!lastTryAllowed) {
            throw HsmFailures.pin(
                    "USER_PIN_FINAL_TRY",
                    "one more wrong PIN locks token '" + token.label() + "', so no login was tried; check the PIN, "
                            + "log in once with the HSM's own tool, or " + HsmFailures.CORRECT_PIN);
        }
    }

    /** Remembers that the token refused our PIN. */
    FaultException refused(HsmFailed failure) {
        refusal = failure;
        lastTryAllowed = false;
        events.loginRefused(failure);
        return failure.asException();
    }

    /**
     * Whether the token has counted a wrong PIN in a login that it did not call so: some answer with a code of their own, or
     * with one that means an outage, after which the PIN would be tried again and again.
     *
     * @param before as it was before the login
     * @param now asks it again; that it does not answer is an outage
     */
    boolean counted(TokenInfo before, Supplier<TokenInfo> now) {
        try {
            long came = now.get().flags() & ~before.flags();
            return (came & (Ckf.USER_PIN_COUNT_LOW | Ckf.USER_PIN_FINAL_TRY | Ckf.USER_PIN_LOCKED)) != 0;
        } catch (FaultException away) {
            LOG.log(Level.DEBUG, "after a login that failed: {0}", away.getMessage());
            return false;
        }
    }

    /** The refusal behind a login's failure that tells of another reason. */
    static HsmFailed wrongPin(HsmFailed told) {
        return new HsmFailed(
                told.code(),
                told.operation(),
                HsmProblem.PIN,
                "the token does not say so, but it has counted a wrong PIN in this login; it was tried once and is not tried"
                        + " again until it is corrected, because wrong tries can lock or wipe the HSM");
    }

    /** The PIN goes to the token now. */
    void trying() {
        events.loginBegins();
    }

    /** The PIN was right. */
    void accepted() {
        lastTryAllowed = false;
        events.loginAccepted();
    }

    /** The login failed, and not for the PIN. */
    void failed() {
        events.loginFailed();
    }

    /** A human says the PIN is right now. */
    void corrected() {
        refusal = null;
        lastTryAllowed = true;
    }

    /** What is known; {@code token} is null while the token is away. */
    PinState state(TokenInfo token) {
        if (refusal != null) {
            return PinState.REFUSED;
        }
        return token == null ? PinState.UNKNOWN : flagged(token);
    }

    private static PinState flagged(TokenInfo token) {
        if (token.has(Ckf.USER_PIN_LOCKED)) {
            return PinState.LOCKED;
        }
        if (token.has(Ckf.USER_PIN_FINAL_TRY)) {
            return PinState.FINAL_TRY;
        }
        if (!token.has(Ckf.USER_PIN_INITIALIZED)) {
            return PinState.NOT_SET;
        }
        return token.has(Ckf.USER_PIN_COUNT_LOW) ? PinState.COUNT_LOW : PinState.FINE;
    }
}
