package io.casemate.kernel;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Random text of letters and digits. */
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
