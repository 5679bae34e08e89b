package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** {@code CKA_EC_PARAMS} of the curves we use: an OBJECT IDENTIFIER, or for Edwards curves also a name (PKCS#11 3.0). */
final class EcCurves {
    private static final List<Curve> CURVES = List.of(
            new Curve(KeyKind.EC_P256, "secp256r1", "06082a8648ce3d030107"),
            new Curve(KeyKind.EC_P384, "secp384r1", "06052b81040022"),
            new Curve(KeyKind.EC_P521, "secp521r1", "06052b81040023"),
            new Curve(KeyKind.ED25519, "Ed25519", "06032b6570"),
            new Curve(KeyKind.ED25519, "Ed25519", "130c656477617264733235353139"));

    private EcCurves() {}

    private record Curve(KeyKind kind, String jcaName, String parameters) {
        byte[] der() {
            return HexFormat.of().parseHex(parameters);
        }
    }

    /** Every way to name the curve of {@code kind}, the usual first. */
    static List<byte[]> parameters(KeyKind kind) {
        return CURVES.stream()
                .filter(curve -> curve.kind() == kind)
                .map(Curve::der)
                .toList();
    }

    /** The kind of key on this curve, or null. */
    static KeyKind kind(byte[] parameters) {
        return CURVES.stream()
                .filter(curve -> Arrays.equals(curve.der(), parameters))
                .map(Curve::kind)
                .findFirst()
                .orElse(null);
    }

    static String jcaName(KeyKind kind) {
        return CURVES.stream()
                .filter(curve -> curve.kind() == kind)
                .map(Curve::jcaName)
                .findFirst()
                .orElseThrow();
    }
}
