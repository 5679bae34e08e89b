package io.casemate.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** RSA-OAEP encryption (RFC 8017, 7.1) with an empty label. */
public final class RsaOaep {
    private RsaOaep() {}

    /**
     * The ciphertext.
     *
     * @param modulus of the public key, unsigned, big endian; so is {@code exponent}
     * @param hash such as {@code SHA-256}; {@code maskHash} is that of MGF1
     * @throws GeneralSecurityException when the key is none or too short for the plaintext
     */
    public static byte[] encrypt(byte[] modulus, byte[] exponent, String hash, String maskHash, byte[] plaintext)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent))),
                new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(maskHash), PSource.PSpecified.DEFAULT));
        return cipher.doFinal(plaintext);
    }
}
