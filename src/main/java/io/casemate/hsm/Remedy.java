package io.casemate.hsm;

import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;

/** What to do about a failure before trying again, from the mildest to the last resort. */
enum Remedy {
    /** Nothing helps here. */
    NONE,
    /** Forget pooled sessions and object handles; open new ones. */
    NEW_SESSIONS,
    /** Find the token again, log in again. */
    RECONNECT,
    /** {@code C_Finalize} and {@code C_Initialize}. */
    RESET;

    /** The mildest remedy that can help. */
    static Remedy of(HsmFailed failed) {
        if (failed.problem() != HsmProblem.AWAY) {
            return NONE;
        }
        if (failed.code().equals(HsmFailures.KEY_NOT_FOUND)) {
            return RECONNECT;
        }
        if (failed.code().equals(HsmFailures.TOKEN_NOT_FOUND)) {
            return RESET;
        }
        return Ckr.named(failed.code()).map(Remedy::of).orElse(failed.code().startsWith("CKR_") ? RECONNECT : NONE);
    }

    private static Remedy of(Ckr code) {
        return switch (code) {
            case CKR_SESSION_HANDLE_INVALID,
                    CKR_SESSION_CLOSED,
                    CKR_OPERATION_ACTIVE,
                    CKR_OPERATION_NOT_INITIALIZED,
                    CKR_OBJECT_HANDLE_INVALID,
                    CKR_KEY_HANDLE_INVALID,
                    CKR_FUNCTION_CANCELED -> NEW_SESSIONS;
            case CKR_CRYPTOKI_NOT_INITIALIZED -> RESET;
            case CKR_SESSION_COUNT, CKR_TOKEN_RESOURCE_EXCEEDED, CKR_DEVICE_MEMORY -> NONE;
            default -> RECONNECT;
        };
    }

    /** The stronger one, when this one was tried without success. */
    Remedy stronger() {
        return switch (this) {
            case NEW_SESSIONS -> RECONNECT;
            case RECONNECT -> RESET;
            case NONE, RESET -> NONE;
        };
    }

    Remedy atLeast(Remedy other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
