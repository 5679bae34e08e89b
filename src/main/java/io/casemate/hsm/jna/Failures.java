package io.casemate.hsm.jna;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;

/** Turns a {@code CK_RV} into the fault that carries its name, the function and what to do. */
final class Failures {
    private Failures() {}

    static FaultException of(long rv, CFunction function) {
        Ckr known = Ckr.of(rv).orElse(null);
        HsmProblem problem = known == null ? HsmProblem.AWAY : problem(known, function);
        return new Fault.HsmFailed(Ckr.nameOf(rv), function.name(), problem, advice(known, problem, function))
                .asException();
    }

    /**
     * A length or count as a module told it.
     *
     * @throws FaultException when it is more than {@code most}, or no number at all
     */
    static long believed(long told, long most, CFunction function) {
        if (told < 0 || told > most) {
            throw of(Ckr.CKR_GENERAL_ERROR.code(), function);
        }
        return told;
    }

    /** NSS calls it a bad argument when what it is to decrypt is larger than the RSA modulus: bytes of another key. */
    private static HsmProblem problem(Ckr known, CFunction function) {
        return known == Ckr.CKR_ARGUMENTS_BAD && function == CFunction.C_Decrypt ? HsmProblem.DATA : known.problem();
    }

    private static String advice(Ckr known, HsmProblem problem, CFunction function) {
        String exact = known == null ? "" : exactAdvice(known);
        if (!exact.isEmpty()) {
            return exact;
        }
        boolean birth = function == CFunction.C_GenerateKey || function == CFunction.C_GenerateKeyPair;
        if (birth && problem == HsmProblem.AWAY) {
            return "the token did not make the key: it may be full or write-protected, or is failing; look at its storage"
                    + " and its log, Casemate tries again by itself";
        }
        return switch (problem) {
            case AWAY ->
                "the HSM or its library failed; check its power, network and log, Casemate tries again by itself";
            case PIN ->
                "the HSM refuses the PIN; correct it before anything tries again, wrong tries can lock or wipe the HSM";
            case SETUP -> "the HSM cannot do this as configured; check mechanism, key attributes and token";
            case DATA -> "the HSM refuses the data; it was changed, or it belongs to another key";
        };
    }

    private static String exactAdvice(Ckr code) {
        return switch (code) {
            case CKR_PIN_INCORRECT ->
                "the PIN is wrong; it was tried once and is not tried again until it is corrected, "
                        + "because wrong tries can lock or wipe the HSM";
            case CKR_PIN_LOCKED -> "the user PIN is locked; the HSM's security officer has to reset it";
            case CKR_PIN_EXPIRED -> "the user PIN has expired; set a new one with the HSM's own tool";
            case CKR_PIN_LEN_RANGE -> "the PIN is shorter or longer than the token takes";
            case CKR_USER_PIN_NOT_INITIALIZED -> "the token has no user PIN yet; the security officer has to set one";
            case CKR_SESSION_COUNT, CKR_TOKEN_RESOURCE_EXCEEDED ->
                "the token has no session left; lower max_sessions or close other clients of the HSM";
            case CKR_DEVICE_MEMORY -> "the token is full; remove objects that are not needed";
            case CKR_TOKEN_WRITE_PROTECTED, CKR_SESSION_READ_ONLY ->
                "the token is write-protected; create the key with the HSM's own tool";
            case CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED -> "the token is not there; insert it or restore its link";
            case CKR_MECHANISM_INVALID -> "the token does not offer this mechanism; choose another or use auto";
            case CKR_KEY_FUNCTION_NOT_PERMITTED ->
                "the key's attributes forbid this use (CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN); use a key made for it";
            default -> "";
        };
    }
}
