package io.casemate.hsm.jna;

/** Object classes ({@code CKO_}) and key types ({@code CKK_}) that we use. */
public final class Cko {
    public static final long CERTIFICATE = 1;
    public static final long PUBLIC_KEY = 2;
    public static final long PRIVATE_KEY = 3;
    public static final long SECRET_KEY = 4;

    /** {@code CKK_RSA}. */
    public static final long KEY_RSA = 0;
    /** {@code CKK_EC}. */
    public static final long KEY_EC = 3;
    /** {@code CKK_GENERIC_SECRET}. */
    public static final long KEY_GENERIC_SECRET = 0x10;
    /** {@code CKK_AES}. */
    public static final long KEY_AES = 0x1F;
    /** {@code CKK_SHA256_HMAC}. */
    public static final long KEY_SHA256_HMAC = 0x2B;
    /** {@code CKK_EC_EDWARDS}. */
    public static final long KEY_EC_EDWARDS = 0x40;

    private Cko() {}
}
