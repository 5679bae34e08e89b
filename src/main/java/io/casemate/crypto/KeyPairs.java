package io.casemate.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Whether two keys are halves of one pair. */
public final class KeyPairs {
    private static final byte[] PROBE = {1, 2, 3};

    private KeyPairs() {}

    /**
     * True if they are. A private key that carries its public half (RFC 8017 A.1.2; RFC 5915, as OpenSSL writes it) is taken
     * at its word; else a signature is made and verified, which on a curve costs a fifth of a start of the server.
     */
    public static boolean match(PrivateKey secret, PublicKey open) {
        return carries(secret, open) || proves(secret, open);
    }

    private static boolean carries(PrivateKey secret, PublicKey open) {
        return switch (secret.getAlgorithm()) {
            case "RSA" ->
                secret instanceof RSAPrivateCrtKey own
                        && open instanceof RSAPublicKey other
                        && own.getModulus().equals(other.getModulus())
                        && own.getPublicExponent().equals(other.getPublicExponent());
            case "EC" -> carriesPoint(secret, open);
            default -> false;
        };
    }

    private static boolean carriesPoint(PrivateKey secret, PublicKey open) {
        byte[] encoded = secret.getEncoded();
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(encoded);
            SubjectPublicKeyInfo other = SubjectPublicKeyInfo.getInstance(open.getEncoded());
            ASN1BitString point =
                    ECPrivateKey.getInstance(info.parsePrivateKey()).getPublicKey();
            return point != null
                    && info.getPrivateKeyAlgorithm().equals(other.getAlgorithm())
                    && Arrays.equals(point.getOctets(), other.getPublicKeyData().getOctets());
        } catch (IOException | IllegalArgumentException e) {
            return false;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static boolean proves(PrivateKey secret, PublicKey open) {
        try {
            Signature signature = Signature.getInstance(
                    switch (secret.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "EdDSA";
                    });
            signature.initSign(secret);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
