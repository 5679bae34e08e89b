package io.casemate.hsm;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;

/** Failures that are ours to state, not the library's. Their codes do not begin with {@code CKR_}. */
final class HsmFailures {
    static final String TIMEOUT = "TIMEOUT";
    static final String TOKEN_NOT_FOUND = "TOKEN_NOT_FOUND";
    static final String KEY_NOT_FOUND = "KEY_NOT_FOUND";
    static final String KEY_AMBIGUOUS = "KEY_AMBIGUOUS";

    /** What a human does once the PIN is right. */
    static final String CORRECT_PIN =
            "write the PIN anew, then send the server SIGHUP, or restart the HSM's unit and the server where it is one of its own";

    private HsmFailures() {}

    static FaultException away(String code, String operation, String advice) {
        return of(code, operation, HsmProblem.AWAY, advice);
    }

    static FaultException setup(String code, String operation, String advice) {
        return of(code, operation, HsmProblem.SETUP, advice);
    }

    static FaultException pin(String code, String advice) {
        return of(code, "C_Login", HsmProblem.PIN, advice);
    }

    static FaultException data(String code, String advice) {
        return of(code, "C_Decrypt", HsmProblem.DATA, advice);
    }

    private static FaultException of(String code, String operation, HsmProblem problem, String advice) {
        return new Fault.HsmFailed(code, operation, problem, advice).asException();
    }

    /** What the exception says of the HSM; anything else that is thrown here is a bug and passes through. */
    static Fault.HsmFailed failure(FaultException e) {
        if (e.fault() instanceof Fault.HsmFailed failed) {
            return failed;
        }
        throw e;
    }
}
