package io.casemate.hsm.jna;

/** Attribute types ({@code CKA_}) of PKCS#11 2.40 and 3.0 that we read or set. */
public final class Cka {
    public static final long CLASS = 0x0;
    public static final long TOKEN = 0x1;
    public static final long PRIVATE = 0x2;
    public static final long LABEL = 0x3;
    public static final long KEY_TYPE = 0x100;
    public static final long ID = 0x102;
    public static final long SENSITIVE = 0x103;
    public static final long ENCRYPT = 0x104;
    public static final long DECRYPT = 0x105;
    public static final long WRAP = 0x106;
    public static final long UNWRAP = 0x107;
    public static final long SIGN = 0x108;
    public static final long VERIFY = 0x10A;
    public static final long DERIVE = 0x10C;
    public static final long MODULUS = 0x120;
    public static final long MODULUS_BITS = 0x121;
    public static final long PUBLIC_EXPONENT = 0x122;
    public static final long PUBLIC_KEY_INFO = 0x129;
    public static final long VALUE = 0x11;
    public static final long VALUE_LEN = 0x161;
    public static final long EXTRACTABLE = 0x162;
    public static final long LOCAL = 0x163;
    public static final long NEVER_EXTRACTABLE = 0x164;
    public static final long ALWAYS_SENSITIVE = 0x165;
    public static final long MODIFIABLE = 0x170;
    public static final long EC_PARAMS = 0x180;
    public static final long EC_POINT = 0x181;
    public static final long ALLOWED_MECHANISMS = 0x40000600;

    private Cka() {}
}
