package io.casemate.hsm.jna;

/** Flags ({@code CKF_}), users ({@code CKU_}) and session states ({@code CKS_}) that we use. */
public final class Ckf {
    public static final long OS_LOCKING_OK = 0x2;
    public static final long RW_SESSION = 0x2;
    public static final long SERIAL_SESSION = 0x4;

    /** Token flags. */
    public static final long WRITE_PROTECTED = 0x2;

    public static final long LOGIN_REQUIRED = 0x4;
    public static final long USER_PIN_INITIALIZED = 0x8;
    public static final long PROTECTED_AUTHENTICATION_PATH = 0x100;
    public static final long TOKEN_INITIALIZED = 0x400;
    public static final long USER_PIN_COUNT_LOW = 0x10000;
    public static final long USER_PIN_FINAL_TRY = 0x20000;
    public static final long USER_PIN_LOCKED = 0x40000;

    /** {@code CKU_SO}. */
    public static final long SECURITY_OFFICER = 0;
    /** {@code CKU_USER}. */
    public static final long USER = 1;

    /** {@code CKS_RO_USER_FUNCTIONS}. */
    public static final long STATE_READ_ONLY_USER = 1;
    /** {@code CKS_RW_USER_FUNCTIONS}. */
    public static final long STATE_READ_WRITE_USER = 3;

    private Ckf() {}
}
