package io.casemate.crypto;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
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
        try {
            Signature verifier = of(algorithm);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int salt) {
        return new PSSParameterSpec(hash, "MGF1", mask, salt, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
