package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Shares, and the first root token, between bytes and the text that the API's JSON carries. */
public final class ShareText {
    /** Shortest key or share, in bytes. */
    public static final int LEAST_BYTES = 16;
    /** Longest share, in bytes. */
    public static final int MOST_BYTES = 33;
    /** Longer text is no share in any form. */
    private static final int MOST_CHARACTERS = 256;

    private ShareText() {}

    /**
     * Reads hexadecimal or standard base64. Text that is both is hexadecimal if that gives a possible length.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest}, which never repeats the text
     */
    public static SecretBytes parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw Fault.badRequest("'key' must be a valid hex or base64 string");
        }
        SecretBytes share = SecretBytes.owning(decode(text));
        if (share.length() < LEAST_BYTES || share.length() > MOST_BYTES) {
            share.close();
            throw Fault.badRequest(
                    share.length() < LEAST_BYTES
                            ? "key is shorter than minimum " + LEAST_BYTES + " bytes"
                            : "key is longer than maximum " + MOST_BYTES + " bytes");
        }
        return share;
    }

    /** Lower case, as in {@code keys}. */
    public static String hex(SecretBytes share) {
        return HexFormat.of().formatHex(share.expose());
    }

    /** The same, as secret bytes: what a holder finds in his encrypted message, as from Vault. */
    static SecretBytes hexText(SecretBytes share) {
        byte[] bytes = share.expose();
        byte[] digits = new byte[2 * bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            digits[2 * i] = (byte) Character.forDigit(bytes[i] >> 4 & 15, 16);
            digits[2 * i + 1] = (byte) Character.forDigit(bytes[i] & 15, 16);
        }
        return SecretBytes.owning(digits);
    }

    /** Standard base64 with padding, as in {@code keys_base64}. */
    public static String base64(SecretBytes share) {
        return Base64.getEncoder().encodeToString(share.expose());
    }

    /** A token's own text. */
    public static String utf8(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }

    private static byte[] decode(String text) {
        int bytes = text.length() / 2;
        if (text.length() % 2 == 0 && bytes >= LEAST_BYTES && bytes <= MOST_BYTES) {
            try {
                return HexFormat.of().parseHex(text);
            } catch (IllegalArgumentException notHex) {
                return base64(text);
            }
        }
        return base64(text);
    }

    /** The decoder's own message may hold a character of the text, so it is not kept as a cause. */
    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of("'key' must be a valid hex or base64 string")).asException();
        }
    }
}
