package io.casemate.kernel;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Text of letters and digits: random, or a number. */
public final class Base62 {
    private static final byte[] CHARACTERS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    /** The largest multiple of 62 that a byte reaches. */
    private static final int FAIR = 248;

    private Base62() {}

    /** A new text of {@code length} characters, which is no secret: 5.95 bits each. */
    public static String text(int length, SecureRandom random) {
        byte[] text = new byte[length];
        fill(text, 0, random);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** A number of at least zero in exactly {@code length} characters, which sort as the numbers do; its highest digits are cut off. */
    public static String number(long value, int length) {
        byte[] text = new byte[length];
        long left = value;
        for (int at = length - 1; at >= 0; at--) {
            text[at] = CHARACTERS[(int) (left % CHARACTERS.length)];
            left /= CHARACTERS.length;
        }
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Whether a text has no other characters. */
    public static boolean holds(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    }

    /** Fills {@code into} from {@code from} to its end. Uniform: bytes that would favour some characters are thrown away. */
    public static void fill(byte[] into, int from, SecureRandom random) {
        byte[] pool = new byte[into.length * 2];
        int filled = from;
        while (filled < into.length) {
            random.nextBytes(pool);
            for (int i = 0; i < pool.length && filled < into.length; i++) {
                int value = pool[i] & 0xff;
                if (value < FAIR) {
                    into[filled++] = CHARACTERS[value % CHARACTERS.length];
                }
            }
        }
        Arrays.fill(pool, (byte) 0);
    }
}
