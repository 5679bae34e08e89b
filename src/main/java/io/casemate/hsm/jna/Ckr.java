package io.casemate.hsm.jna;

import io.casemate.kernel.Fault.HsmProblem;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The return values of PKCS#11 2.40 and 3.0, by the standard's names, each with the kind of failure it is.
 *
 * <p>{@code CKR_GENERAL_ERROR} and {@code CKR_FUNCTION_FAILED} are classed as {@code AWAY}, but from {@code C_Decrypt} some
 * tokens mean "the tag is wrong" by them; whoever decrypts has to find out which (see {@code TokenWrappingKey}).
 */
public enum Ckr {
    CKR_HOST_MEMORY(0x2, HsmProblem.AWAY),
    CKR_SLOT_ID_INVALID(0x3, HsmProblem.AWAY),
    CKR_GENERAL_ERROR(0x5, HsmProblem.AWAY),
    CKR_FUNCTION_FAILED(0x6, HsmProblem.AWAY),
    CKR_ARGUMENTS_BAD(0x7, HsmProblem.SETUP),
    CKR_NO_EVENT(0x8, HsmProblem.AWAY),
    CKR_NEED_TO_CREATE_THREADS(0x9, HsmProblem.SETUP),
    CKR_CANT_LOCK(0xA, HsmProblem.SETUP),
    CKR_ATTRIBUTE_READ_ONLY(0x10, HsmProblem.SETUP),
    CKR_ATTRIBUTE_SENSITIVE(0x11, HsmProblem.SETUP),
    CKR_ATTRIBUTE_TYPE_INVALID(0x12, HsmProblem.SETUP),
    CKR_ATTRIBUTE_VALUE_INVALID(0x13, HsmProblem.SETUP),
    CKR_ACTION_PROHIBITED(0x1B, HsmProblem.SETUP),
    CKR_DATA_INVALID(0x20, HsmProblem.DATA),
    CKR_DATA_LEN_RANGE(0x21, HsmProblem.DATA),
    CKR_DEVICE_ERROR(0x30, HsmProblem.AWAY),
    CKR_DEVICE_MEMORY(0x31, HsmProblem.AWAY),
    CKR_DEVICE_REMOVED(0x32, HsmProblem.AWAY),
    CKR_ENCRYPTED_DATA_INVALID(0x40, HsmProblem.DATA),
    CKR_ENCRYPTED_DATA_LEN_RANGE(0x41, HsmProblem.DATA),
    CKR_AEAD_DECRYPT_FAILED(0x42, HsmProblem.DATA),
    CKR_FUNCTION_CANCELED(0x50, HsmProblem.AWAY),
    CKR_FUNCTION_NOT_PARALLEL(0x51, HsmProblem.SETUP),
    CKR_FUNCTION_NOT_SUPPORTED(0x54, HsmProblem.SETUP),
    CKR_KEY_HANDLE_INVALID(0x60, HsmProblem.AWAY),
    CKR_KEY_SIZE_RANGE(0x62, HsmProblem.SETUP),
    CKR_KEY_TYPE_INCONSISTENT(0x63, HsmProblem.SETUP),
    CKR_KEY_NOT_NEEDED(0x64, HsmProblem.SETUP),
    CKR_KEY_CHANGED(0x65, HsmProblem.SETUP),
    CKR_KEY_NEEDED(0x66, HsmProblem.SETUP),
    CKR_KEY_INDIGESTIBLE(0x67, HsmProblem.SETUP),
    CKR_KEY_FUNCTION_NOT_PERMITTED(0x68, HsmProblem.SETUP),
    CKR_KEY_NOT_WRAPPABLE(0x69, HsmProblem.SETUP),
    CKR_KEY_UNEXTRACTABLE(0x6A, HsmProblem.SETUP),
    CKR_MECHANISM_INVALID(0x70, HsmProblem.SETUP),
    CKR_MECHANISM_PARAM_INVALID(0x71, HsmProblem.SETUP),
    CKR_OBJECT_HANDLE_INVALID(0x82, HsmProblem.AWAY),
    CKR_OPERATION_ACTIVE(0x90, HsmProblem.AWAY),
    CKR_OPERATION_NOT_INITIALIZED(0x91, HsmProblem.AWAY),
    CKR_PIN_INCORRECT(0xA0, HsmProblem.PIN),
    CKR_PIN_INVALID(0xA1, HsmProblem.PIN),
    CKR_PIN_LEN_RANGE(0xA2, HsmProblem.PIN),
    CKR_PIN_EXPIRED(0xA3, HsmProblem.PIN),
    CKR_PIN_LOCKED(0xA4, HsmProblem.PIN),
    CKR_SESSION_CLOSED(0xB0, HsmProblem.AWAY),
    CKR_SESSION_COUNT(0xB1, HsmProblem.AWAY),
    CKR_SESSION_HANDLE_INVALID(0xB3, HsmProblem.AWAY),
    CKR_SESSION_PARALLEL_NOT_SUPPORTED(0xB4, HsmProblem.SETUP),
    CKR_SESSION_READ_ONLY(0xB5, HsmProblem.SETUP),
    CKR_SESSION_EXISTS(0xB6, HsmProblem.AWAY),
    CKR_SESSION_READ_ONLY_EXISTS(0xB7, HsmProblem.AWAY),
    CKR_SESSION_READ_WRITE_SO_EXISTS(0xB8, HsmProblem.AWAY),
    CKR_SIGNATURE_INVALID(0xC0, HsmProblem.DATA),
    CKR_SIGNATURE_LEN_RANGE(0xC1, HsmProblem.DATA),
    CKR_TEMPLATE_INCOMPLETE(0xD0, HsmProblem.SETUP),
    CKR_TEMPLATE_INCONSISTENT(0xD1, HsmProblem.SETUP),
    CKR_TOKEN_NOT_PRESENT(0xE0, HsmProblem.AWAY),
    CKR_TOKEN_NOT_RECOGNIZED(0xE1, HsmProblem.AWAY),
    CKR_TOKEN_WRITE_PROTECTED(0xE2, HsmProblem.SETUP),
    CKR_UNWRAPPING_KEY_HANDLE_INVALID(0xF0, HsmProblem.AWAY),
    CKR_UNWRAPPING_KEY_SIZE_RANGE(0xF1, HsmProblem.SETUP),
    CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT(0xF2, HsmProblem.SETUP),
    CKR_USER_ALREADY_LOGGED_IN(0x100, HsmProblem.AWAY),
    CKR_USER_NOT_LOGGED_IN(0x101, HsmProblem.AWAY),
    CKR_USER_PIN_NOT_INITIALIZED(0x102, HsmProblem.PIN),
    CKR_USER_TYPE_INVALID(0x103, HsmProblem.SETUP),
    CKR_USER_ANOTHER_ALREADY_LOGGED_IN(0x104, HsmProblem.AWAY),
    CKR_USER_TOO_MANY_TYPES(0x105, HsmProblem.AWAY),
    CKR_WRAPPED_KEY_INVALID(0x110, HsmProblem.DATA),
    CKR_WRAPPED_KEY_LEN_RANGE(0x112, HsmProblem.DATA),
    CKR_WRAPPING_KEY_HANDLE_INVALID(0x113, HsmProblem.AWAY),
    CKR_WRAPPING_KEY_SIZE_RANGE(0x114, HsmProblem.SETUP),
    CKR_WRAPPING_KEY_TYPE_INCONSISTENT(0x115, HsmProblem.SETUP),
    CKR_RANDOM_SEED_NOT_SUPPORTED(0x120, HsmProblem.SETUP),
    CKR_RANDOM_NO_RNG(0x121, HsmProblem.SETUP),
    CKR_DOMAIN_PARAMS_INVALID(0x130, HsmProblem.SETUP),
    CKR_CURVE_NOT_SUPPORTED(0x140, HsmProblem.SETUP),
    CKR_BUFFER_TOO_SMALL(0x150, HsmProblem.SETUP),
    CKR_SAVED_STATE_INVALID(0x160, HsmProblem.AWAY),
    CKR_INFORMATION_SENSITIVE(0x170, HsmProblem.SETUP),
    CKR_STATE_UNSAVEABLE(0x180, HsmProblem.AWAY),
    CKR_CRYPTOKI_NOT_INITIALIZED(0x190, HsmProblem.AWAY),
    CKR_CRYPTOKI_ALREADY_INITIALIZED(0x191, HsmProblem.AWAY),
    CKR_MUTEX_BAD(0x1A0, HsmProblem.AWAY),
    CKR_MUTEX_NOT_LOCKED(0x1A1, HsmProblem.AWAY),
    CKR_NEW_PIN_MODE(0x1B0, HsmProblem.PIN),
    CKR_NEXT_OTP(0x1B1, HsmProblem.PIN),
    CKR_EXCEEDED_MAX_ITERATIONS(0x1B5, HsmProblem.SETUP),
    CKR_FIPS_SELF_TEST_FAILED(0x1B6, HsmProblem.SETUP),
    CKR_LIBRARY_LOAD_FAILED(0x1B7, HsmProblem.SETUP),
    CKR_PIN_TOO_WEAK(0x1B8, HsmProblem.PIN),
    CKR_PUBLIC_KEY_INVALID(0x1B9, HsmProblem.DATA),
    CKR_FUNCTION_REJECTED(0x200, HsmProblem.SETUP),
    CKR_TOKEN_RESOURCE_EXCEEDED(0x201, HsmProblem.AWAY),
    CKR_OPERATION_CANCEL_FAILED(0x202, HsmProblem.AWAY),
    CKR_KEY_EXHAUSTED(0x203, HsmProblem.SETUP);

    private static final Map<Long, Ckr> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Ckr::code, Function.identity()));
    private static final Map<String, Ckr> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Ckr::name, Function.identity()));

    private final long code;
    private final HsmProblem problem;

    Ckr(long code, HsmProblem problem) {
        this.code = code;
        this.problem = problem;
    }

    /** The number of the standard. */
    public long code() {
        return code;
    }

    /** Who may try again. */
    public HsmProblem problem() {
        return problem;
    }

    /** The constant of a {@code CK_RV}; empty for {@code CKR_OK} and for codes of a vendor. */
    public static Optional<Ckr> of(long code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** The constant of a name, as a fault carries it; empty when it is none of the standard's. */
    public static Optional<Ckr> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The name of a {@code CK_RV}, also of one that the standard does not know. */
    static String nameOf(long code) {
        return of(code).map(Ckr::name).orElseGet(() -> "CKR_0x%08X".formatted(code));
    }
}
