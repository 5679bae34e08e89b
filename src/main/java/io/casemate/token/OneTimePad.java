package io.casemate.token;

import io.casemate.kernel.Base62;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * Hides a root token from everybody who sees it on its way: the token is XORed with text that only the one who asked for it
 * knows. As Vault's {@code generate-root} does it.
 */
public final class OneTimePad {
    /** Characters of a root token, and so of a pad. */
    public static final int LENGTH = TokenKeys.ROOT_LENGTH;

    private OneTimePad() {}

    /** A new one: base62. */
    public static SecretBytes random(SecureRandom random) {
        byte[] pad = new byte[LENGTH];
        Base62.fill(pad, 0, random);
        return SecretBytes.owning(pad);
    }

    /**
     * One that the client chose.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it has not the length of a token
     */
    public static SecretBytes chosen(String text) {
        SecretBytes pad = SecretBytes.ofText(text);
        if (pad.length() != LENGTH) {
            pad.close();
            throw Fault.badRequest("OTP string has incorrect length: " + pad.length() + " bytes, a token has " + LENGTH
                    + "; 'casemate operator generate-root -generate-otp' makes one");
        }
        return pad;
    }

    /** Token XOR pad in base64 without padding. */
    public static String encode(SecretBytes token, SecretBytes pad) {
        byte[] mixed = token.expose().clone();
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] ^= pad.expose()[i];
        }
        String text = Base64.getEncoder().withoutPadding().encodeToString(mixed);
        Arrays.fill(mixed, (byte) 0);
        return text;
    }

    /**
     * The token again, from what {@link #encode} made of it with the pad of this text.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when either has not the length of a token
     */
    public static String decode(String encoded, String otp) {
        try (SecretBytes pad = chosen(otp);
                SecretBytes mixed = SecretBytes.owning(bytes(encoded))) {
            if (mixed.length() != LENGTH) {
                throw Fault.badRequest("the encoded token has " + mixed.length() + " bytes, a token has " + LENGTH);
            }
            for (int i = 0; i < LENGTH; i++) {
                mixed.expose()[i] ^= pad.expose()[i];
            }
            return new String(mixed.expose(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String encoded) {
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw Fault.badRequest("the encoded token is not base64");
        }
    }
}
