package io.casemate.crypto;

/** The key pairs we make: algorithm and size together, so that no pair of the two can be wrong. */
public enum KeyKind {
    EC_P256("ec", 256),
    EC_P384("ec", 384),
    EC_P521("ec", 521),
    RSA_2048("rsa", 2048),
    RSA_3072("rsa", 3072),
    RSA_4096("rsa", 4096),
    ED25519("ed25519", 256);

    private final String type;
    private final int bits;

    KeyKind(String type, int bits) {
        this.type = type;
        this.bits = bits;
    }

    /** The API's {@code key_type}. */
    public String type() {
        return type;
    }

    /** The API's {@code key_bits}. */
    public int bits() {
        return bits;
    }
}
