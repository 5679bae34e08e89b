package io.casemate.token;

import io.casemate.barrier.KeptKey;
import io.casemate.barrier.View;
import io.casemate.kernel.Base62;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes tokens and accessors, and turns them into storage keys: HMAC-SHA256 under a salt that is kept behind the barrier,
 * so that neither the names nor the records of a stolen store give a token, nor can guesses be tried on them.
 *
 * <p>Tokens and accessors say when they were made, and so do their storage keys, in front: what is made together lies
 * together in the store, and a commit writes few of its pages (docs/adr/0034-made-together-lies-together.md).
 */
final class TokenKeys {
    private static final String SALT = "salt";
    private static final String PREFIX = "hvs.";
    /** Milliseconds since 1970 in base62: in order until 2081, when they begin anew and are as good. */
    private static final int TIME_LENGTH = 7;

    private static final int RANDOM_LENGTH = 24;
    private static final int ACCESSOR_LENGTH = TIME_LENGTH + RANDOM_LENGTH;
    private static final int LONGEST = 512;
    private static final int TOKEN_LENGTH = PREFIX.length() + TIME_LENGTH + RANDOM_LENGTH;
    /** Characters of a root token: as many as the one-time pads of clients have. */
    static final int ROOT_LENGTH = PREFIX.length() + RANDOM_LENGTH;

    /** A storage key: of what has no time in it, as root tokens and all of earlier versions, the hash alone. */
    private static final Pattern KEY = Pattern.compile("([0-9A-Za-z]{" + TIME_LENGTH + "})?[0-9a-f]{64}");

    private final SecureRandom random;
    private final InstantSource clock;
    private final KeptKey salt;

    TokenKeys(View storage, SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
        this.salt = new KeptKey(storage, SALT, "the key at token/" + SALT, random);
    }

    /** {@code hvs.}, the time, and 24 random characters of base62: 143 bits. */
    SecretBytes newToken() {
        return drawn(PREFIX + time());
    }

    /** The same without the time: of root tokens there are few. */
    SecretBytes newRootToken() {
        return drawn(PREFIX);
    }

    private SecretBytes drawn(String beginning) {
        byte[] token = Arrays.copyOf(beginning.getBytes(StandardCharsets.US_ASCII), beginning.length() + RANDOM_LENGTH);
        Base62.fill(token, beginning.length(), random);
        return SecretBytes.owning(token);
    }

    /** The time and 24 random characters of base62. */
    String newAccessor() {
        return time() + Base62.text(RANDOM_LENGTH, random);
    }

    /** The storage key of a token, whatever its form. */
    String ofToken(SecretBytes token) {
        int longest = BatchTokens.looksLikeOne(token) ? BatchTokens.LONGEST : LONGEST;
        byte[] bytes = token.expose();
        if (bytes.length > longest) {
            return "";
        }
        boolean timed = bytes.length == TOKEN_LENGTH && startsWith(bytes, PREFIX);
        return (timed ? time(bytes, PREFIX.length()) : "") + keyed((byte) 't', bytes);
    }

    /** The storage key of an accessor. */
    String ofAccessor(String accessor) {
        if (accessor.length() > LONGEST) {
            return "";
        }
        byte[] bytes = accessor.getBytes(StandardCharsets.UTF_8);
        return (bytes.length == ACCESSOR_LENGTH ? time(bytes, 0) : "") + keyed((byte) 'a', bytes);
    }

    /** Whether a text can be a storage key. */
    static boolean looksLikeKey(String text) {
        return KEY.matcher(text).matches();
    }

    private String time() {
        return Base62.number(clock.millis(), TIME_LENGTH);
    }

    /** The time that stands in a token or accessor; empty for what cannot be one of ours. It is believed for nothing. */
    private static String time(byte[] bytes, int at) {
        String time = new String(bytes, at, TIME_LENGTH, StandardCharsets.ISO_8859_1);
        return Base62.holds(time) ? time : "";
    }

    private static boolean startsWith(byte[] bytes, String prefix) {
        return new String(bytes, 0, prefix.length(), StandardCharsets.ISO_8859_1).equals(prefix);
    }

    /** The storage key of the role of a login; empty for none. */
    String ofRole(String role) {
        return role.isEmpty()
                ? ""
                : keyed((byte) 'r', role.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a root caller may choose this as a token: printable ASCII, and nothing that looks like one of ours. */
    static void checkChosen(SecretBytes token) {
        byte[] bytes = token.expose();
        boolean fits = bytes.length >= 1 && bytes.length <= LONGEST / 2;
        for (byte b : bytes) {
            fits &= b > ' ' && b < 127;
        }
        if (!fits) {
            throw Fault.badRequest("custom token ID must be 1 to " + LONGEST / 2 + " printable ASCII characters");
        }
        for (byte b : bytes) {
            if (b == '.') {
                throw Fault.badRequest("custom token ID cannot have a '.' character, nor a prefix such as 'hvs.'");
            }
        }
    }

    /** Forgets the salt: on seal. */
    void forget() {
        salt.forget();
    }

    private String keyed(byte domain, byte[] text) {
        byte[] message = new byte[text.length + 1];
        message[0] = domain;
        System.arraycopy(text, 0, message, 1, text.length);
        try {
            return HexFormat.of().formatHex(salt.hmac().of(message));
        } finally {
            Arrays.fill(message, (byte) 0);
        }
    }
}
