package io.casemate.crypto;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * The signature algorithms of JSON Web Signatures that are taken (RFC 7518 section 3, RFC 8037): those with a public key. There
 * is no {@code none} and no HMAC, so that no header can ask for them.
 */
public enum JwsAlgorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256("RSA", "SHA256withRSA", 256),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384("RSA", "SHA384withRSA", 384),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512("RSA", "SHA512withRSA", 512),
    /** RSASSA-PSS with SHA-256. */
    PS256("RSA", "RSASSA-PSS", 256),
    /** RSASSA-PSS with SHA-384. */
    PS384("RSA", "RSASSA-PSS", 384),
    /** RSASSA-PSS with SHA-512. */
    PS512("RSA", "RSASSA-PSS", 512),
    /** ECDSA on P-256 with SHA-256. */
    ES256("secp256r1", "SHA256withECDSAinP1363Format", 256),
    /** ECDSA on P-384 with SHA-384. */
    ES384("secp384r1", "SHA384withECDSAinP1363Format", 384),
    /** ECDSA on P-521 with SHA-512. */
    ES512("secp521r1", "SHA512withECDSAinP1363Format", 512),
    /** Ed25519. */
    EDDSA("Ed25519", "Ed25519", 512);

    private final String key;
    private final String signature;
    private final int hash;

    JwsAlgorithm(String key, String signature, int hash) {
        this.key = key;
        this.signature = signature;
        this.hash = hash;
    }

    /** By the name in a header, whose case matters; empty for any other. */
    public static Optional<JwsAlgorithm> named(String name) {
        return Arrays.stream(values()).filter(each -> each.text().equals(name)).findFirst();
    }

    /** As in a header. */
    public String text() {
        return this == EDDSA ? "EdDSA" : name();
    }

    /** Whether keys of this kind make such signatures. The key decides which algorithms are possible, never the token. */
    public boolean fits(PublicKey candidate) {
        return switch (candidate) {
            case RSAPublicKey _ -> key.equals("RSA");
            case ECPublicKey ec -> key.startsWith("secp") && onCurve(ec, key);
            case EdECPublicKey ed -> key.equals(ed.getParams().getName());
            default -> false;
        };
    }

    /** Whether {@code key} made the signature; false for a key of another kind and for what is no signature at all. */
    public boolean verifies(PublicKey by, byte[] input, byte[] made) {
        if (!fits(by)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(signature);
            if (signature.equals("RSASSA-PSS")) {
                String digest = "SHA-" + hash;
                verifier.setParameter(new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), hash / 8, 1));
            }
            verifier.initVerify(by);
            verifier.update(input);
            return verifier.verify(made);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The parameters of a curve, by the JDK's name for it. */
    static ECParameterSpec curve(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has " + name, e);
        }
    }

    private static boolean onCurve(ECPublicKey key, String name) {
        ECParameterSpec wanted = curve(name);
        ECParameterSpec given = key.getParams();
        return given != null
                && given.getCurve().equals(wanted.getCurve())
                && given.getGenerator().equals(wanted.getGenerator())
                && given.getOrder().equals(wanted.getOrder());
    }
}
