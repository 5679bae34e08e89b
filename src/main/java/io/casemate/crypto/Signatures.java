package io.casemate.crypto;

import io.casemate.crypto.Signer.Message;
import io.casemate.kernel.Fault;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;

/**
 * The JDK's signature objects under the names that {@link Signer} takes. RSASSA-PSS has one name for each hash, with MGF1
 * on the same hash and a salt of its length (RFC 4055 3.1).
 */
public final class Signatures {
    private static final Map<String, PSSParameterSpec> PSS = Map.of(
            "SHA256withRSAandMGF1", pss("SHA-256", MGF1ParameterSpec.SHA256, 32),
            "SHA384withRSAandMGF1", pss("SHA-384", MGF1ParameterSpec.SHA384, 48),
            "SHA512withRSAandMGF1", pss("SHA-512", MGF1ParameterSpec.SHA512, 64));

    private Signatures() {}

    /** A signature object, its parameters set. */
    public static Signature of(String algorithm) throws GeneralSecurityException {
        PSSParameterSpec parameters = PSS.get(algorithm);
        if (parameters == null) {
            return Signature.getInstance(algorithm);
        }
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(parameters);
        return signature;
    }

    /** Whether {@code signature} is by {@code key} over {@code message}; what cannot be checked is not. */
    public static boolean verifies(String algorithm, PublicKey key, byte[] message, byte[] signature) {
        return verifies(algorithm, key, use -> use.accept(message), signature);
    }

    /**
     * The signature over {@code message}. A token's is checked: tokens have been seen to sign with another key of the same label.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when it is not by the signer's key, or the token is away
     */
    public static byte[] checked(Signer signer, String algorithm, byte[] message) {
        return checked(signer, algorithm, use -> use.accept(message), signer.sign(algorithm, message));
    }

    /** The same for a message that is too long to be held at once, which is shown twice. */
    public static byte[] checked(Signer signer, String algorithm, Message message) {
        return checked(signer, algorithm, message, signer.sign(algorithm, message));
    }

    private static byte[] checked(Signer signer, String algorithm, Message message, byte[] signature) {
        if (!(signer instanceof SoftwareSigner) && !verifies(algorithm, signer.publicKey(), message, signature)) {
            throw new Fault.HsmFailed(
                            "CKR_SIGNATURE_INVALID",
                            "C_Sign",
                            Fault.HsmProblem.SETUP,
                            "the token's signature is not by the issuer's key; look for two keys of the same label")
                    .asException();
        }
        return signature;
    }

    private static boolean verifies(String algorithm, PublicKey key, Message message, byte[] signature) {
        try {
            Signature verifier = of(algorithm);
            verifier.initVerify(key);
            message.each(piece -> update(verifier, piece));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For a signature object that was begun, and so takes what it is given. */
    static void update(Signature begun, byte[] piece) {
        try {
            begun.update(piece);
        } catch (SignatureException e) {
            throw new IllegalStateException("a signature that was begun takes no message", e);
        }
    }

    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int salt) {
        return new PSSParameterSpec(hash, "MGF1", mask, salt, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
