package io.casemate.crypto;

import java.util.Arrays;
import java.util.Optional;

/** The key pairs we make: algorithm and size together, so that no pair of the two can be wrong. */
public enum KeyKind {
    EC_P256("ec", 256, "EC"),
    EC_P384("ec", 384, "EC"),
    EC_P521("ec", 521, "EC"),
    RSA_2048("rsa", 2048, "RSA"),
    RSA_3072("rsa", 3072, "RSA"),
    RSA_4096("rsa", 4096, "RSA"),
    ED25519("ed25519", 256, "Ed25519"),
    /** FIPS 204, as certificates carry it (RFC 9881). The "bits" of these three are the names of their parameter sets. */
    ML_DSA_44("ml-dsa", 44, "ML-DSA"),
    ML_DSA_65("ml-dsa", 65, "ML-DSA"),
    ML_DSA_87("ml-dsa", 87, "ML-DSA");

    private final String type;
    private final int bits;
    private final String algorithm;

    KeyKind(String type, int bits, String algorithm) {
        this.type = type;
        this.bits = bits;
        this.algorithm = algorithm;
    }

    /** The API's {@code key_type}. */
    public String type() {
        return type;
    }

    /** The API's {@code key_bits}. */
    public int bits() {
        return bits;
    }

    /** What the JDK's key factories call the algorithm. */
    public String algorithm() {
        return algorithm;
    }

    /** The kind of a type and size; 0 bits for the type's usual size: the smallest, of ML-DSA the middle one. */
    public static Optional<KeyKind> of(String type, long bits) {
        if (bits == 0 && type.equals(ML_DSA_65.type)) {
            return Optional.of(ML_DSA_65);
        }
        return Arrays.stream(values())
                .filter(kind -> kind.type.equals(type) && (bits == 0 || kind.bits == bits))
                .findFirst();
    }
}
