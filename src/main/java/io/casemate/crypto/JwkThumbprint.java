package io.casemate.crypto;

import io.casemate.json.Json;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Public keys as JSON Web Keys in their one form: the required members only, in order, numbers without a superfluous zero. So
 * a key has one thumbprint (RFC 7638), however somebody wrote it.
 */
public final class JwkThumbprint {
    private static final int ED25519_BYTES = 32;
    private static final Map<Integer, String> CURVES = Map.of(256, "P-256", 384, "P-384", 521, "P-521");

    private JwkThumbprint() {}

    /** SHA-256 of the canonical JWK, in base64url: 43 characters. */
    public static String of(PublicKey key) {
        try {
            return text(MessageDigest.getInstance("SHA-256").digest(Json.bytes(members(key))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The canonical JWK (RFC 7638 section 3.2, RFC 8037 section 2).
     *
     * @throws IllegalArgumentException for a key that {@link VerificationKey} would not have taken
     */
    public static Map<String, Object> members(PublicKey key) {
        Map<String, Object> members = new LinkedHashMap<>();
        switch (key) {
            case RSAPublicKey rsa -> {
                members.put("e", text(unsigned(rsa.getPublicExponent(), 0)));
                members.put("kty", "RSA");
                members.put("n", text(unsigned(rsa.getModulus(), 0)));
            }
            case ECPublicKey ec -> {
                int bits = ec.getParams().getOrder().bitLength();
                int length = (bits + Byte.SIZE - 1) / Byte.SIZE;
                members.put("crv", CURVES.get(bits));
                members.put("kty", "EC");
                members.put("x", text(unsigned(ec.getW().getAffineX(), length)));
                members.put("y", text(unsigned(ec.getW().getAffineY(), length)));
            }
            case EdECPublicKey ed -> {
                byte[] info = ed.getEncoded();
                members.put("crv", "Ed25519");
                members.put("kty", "OKP");
                members.put("x", text(Arrays.copyOfRange(info, info.length - ED25519_BYTES, info.length)));
            }
            default -> throw new IllegalArgumentException("no JWK for a key of " + key.getAlgorithm());
        }
        return members;
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        int from = signed[0] == 0 && signed.length > 1 ? 1 : 0;
        byte[] bytes = new byte[Math.max(length, signed.length - from)];
        System.arraycopy(signed, from, bytes, bytes.length - (signed.length - from), signed.length - from);
        return bytes;
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
