package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Cko;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads kind and public key from the attributes of a public key object. */
final class PublicKeys {
    /** Attributes that {@link #read} wants. */
    static final long[] WANTED = {
        Cka.KEY_TYPE, Cka.MODULUS, Cka.PUBLIC_EXPONENT, Cka.EC_PARAMS, Cka.EC_POINT,
    };

    private static final byte DER_OCTET_STRING = 4;
    private static final byte UNCOMPRESSED = 4;
    private static final int ED25519_BYTES = 32;

    /** {@code SubjectPublicKeyInfo} of RFC 8410 up to the key. */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private PublicKeys() {}

    /** A public key and what it is. */
    record Read(KeyKind kind, PublicKey key) {}

    /** {@code SETUP} when it is a kind we do not use or the token leaves an attribute out. */
    static Read read(String name, Attributes attributes) {
        try {
            long type = attributes.ulong(Cka.KEY_TYPE).orElse(-1L);
            if (type == Cko.KEY_RSA) {
                return rsa(name, attributes);
            }
            KeyKind kind = EcCurves.kind(attributes.bytes(Cka.EC_PARAMS).orElse(new byte[0]));
            if (kind != null) {
                byte[] point = attributes.bytes(Cka.EC_POINT).orElseThrow(() -> unusable(name, null));
                return new Read(kind, kind == KeyKind.ED25519 ? ed25519(name, point) : ec(name, kind, point));
            }
            throw unusable(name, null);
        } catch (GeneralSecurityException e) {
            throw unusable(name, e);
        }
    }

    private static Read rsa(String name, Attributes attributes) throws GeneralSecurityException {
        BigInteger modulus = new BigInteger(1, attributes.bytes(Cka.MODULUS).orElseThrow(() -> unusable(name, null)));
        BigInteger exponent =
                new BigInteger(1, attributes.bytes(Cka.PUBLIC_EXPONENT).orElseThrow(() -> unusable(name, null)));
        KeyKind kind = switch (modulus.bitLength()) {
            case 2048 -> KeyKind.RSA_2048;
            case 3072 -> KeyKind.RSA_3072;
            case 4096 -> KeyKind.RSA_4096;
            default -> throw unusable(name, null);
        };
        return new Read(kind, KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static PublicKey ec(String name, KeyKind kind, byte[] value) throws GeneralSecurityException {
        int field = (kind.bits() + 7) / 8;
        byte[] point = unwrapped(value, 1 + 2 * field);
        if (point.length != 1 + 2 * field || point[0] != UNCOMPRESSED) {
            throw unusable(name, null);
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(EcCurves.jcaName(kind)));
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + field)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + field, point.length)));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static PublicKey ed25519(String name, byte[] value) throws GeneralSecurityException {
        byte[] point = unwrapped(value, ED25519_BYTES);
        if (point.length != ED25519_BYTES) {
            throw unusable(name, null);
        }
        byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + ED25519_BYTES);
        System.arraycopy(point, 0, encoded, ED25519_PREFIX.length, ED25519_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /**
     * The standard wants the point in a DER OCTET STRING; some tokens give it bare, and only the length tells. TPMs
     * (tpm2-pkcs11 1.9) write a length above 127 as one byte, too.
     */
    private static byte[] unwrapped(byte[] value, int length) {
        int header = value.length - length;
        boolean wrapped =
                (header == 2 || header == 3) && value[0] == DER_OCTET_STRING && value[header - 1] == (byte) length;
        return wrapped ? Arrays.copyOfRange(value, header, value.length) : value;
    }

    private static FaultException unusable(String name, Throwable cause) {
        FaultException fault = HsmFailures.setup(
                "KEY_NOT_USABLE",
                "C_GetAttributeValue",
                "the public key of '" + name + "' is of a kind or form that is not supported; "
                        + "use EC P-256, P-384, P-521, RSA 2048, 3072, 4096 or Ed25519");
        if (cause != null) {
            fault.initCause(cause);
        }
        return fault;
    }
}
