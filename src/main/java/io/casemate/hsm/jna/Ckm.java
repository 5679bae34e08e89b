package io.casemate.hsm.jna;

/** Mechanism types ({@code CKM_}) and mask generation functions ({@code CKG_}) that we use. */
public final class Ckm {
    public static final long RSA_PKCS_KEY_PAIR_GEN = 0x0;
    public static final long RSA_PKCS = 0x1;
    public static final long RSA_PKCS_OAEP = 0x9;
    public static final long RSA_PKCS_PSS = 0xD;
    public static final long SHA256_RSA_PKCS = 0x40;
    public static final long SHA384_RSA_PKCS = 0x41;
    public static final long SHA512_RSA_PKCS = 0x42;
    public static final long SHA_1 = 0x220;
    public static final long SHA256 = 0x250;
    public static final long SHA256_HMAC = 0x251;
    public static final long SHA224 = 0x255;
    public static final long SHA384 = 0x260;
    public static final long SHA512 = 0x270;
    public static final long GENERIC_SECRET_KEY_GEN = 0x350;
    public static final long EC_KEY_PAIR_GEN = 0x1040;
    public static final long ECDSA = 0x1041;
    public static final long EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
    public static final long EDDSA = 0x1057;
    public static final long AES_KEY_GEN = 0x1080;
    public static final long AES_CBC = 0x1082;
    public static final long AES_CBC_PAD = 0x1085;
    public static final long AES_GCM = 0x1087;

    /** {@code CKG_MGF1_SHA1}. */
    public static final long MGF1_SHA1 = 1;
    /** {@code CKG_MGF1_SHA256}. */
    public static final long MGF1_SHA256 = 2;
    /** {@code CKG_MGF1_SHA384}. */
    public static final long MGF1_SHA384 = 3;
    /** {@code CKG_MGF1_SHA512}. */
    public static final long MGF1_SHA512 = 4;
    /** {@code CKG_MGF1_SHA224}. */
    public static final long MGF1_SHA224 = 5;

    private Ckm() {}
}
