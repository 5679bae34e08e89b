package io.casemate.crypto;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/** Questions to the JDK's public keys. */
public final class PublicKeys {
    private static final String ML_DSA = "ML-DSA-";

    private PublicKeys() {}

    /** The kind of {@code key}; empty for what we do not make ourselves. */
    public static Optional<KeyKind> kind(PublicKey key) {
        return Arrays.stream(KeyKind.values())
                .filter(kind -> kind.type().equals(type(key)) && kind.bits() == bits(key))
                .findFirst();
    }

    /** The API's {@code key_type}: {@code ec}, {@code rsa}, {@code ed25519}, {@code ml-dsa}; else the JDK's name of the algorithm. */
    public static String type(PublicKey key) {
        return switch (key) {
            case ECPublicKey _ -> "ec";
            case RSAPublicKey _ -> "rsa";
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") -> "ed25519";
            case PublicKey other when mlDsa(other) > 0 -> "ml-dsa";
            default -> key.getAlgorithm();
        };
    }

    /** Size in bits: of the modulus, of the curve's field, 256 for Ed25519, the parameter set's number for ML-DSA, 0 for anything else. */
    public static int bits(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize();
            case RSAPublicKey rsa -> rsa.getModulus().bitLength();
            case EdECPublicKey _ -> 256;
            default -> mlDsa(key);
        };
    }

    /** The number in the parameter set's name; 0 for keys of another algorithm. */
    private static int mlDsa(PublicKey key) {
        return key.getParams() instanceof NamedParameterSpec named
                        && named.getName().startsWith(ML_DSA)
                ? Integer.parseInt(named.getName().substring(ML_DSA.length()))
                : 0;
    }
}
