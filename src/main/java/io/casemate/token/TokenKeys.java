package io.casemate.token;

import io.casemate.barrier.KeptKey;
import io.casemate.barrier.View;
import io.casemate.kernel.Base62;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Makes tokens and accessors, and turns them into storage keys: HMAC-SHA256 under a salt that is kept behind the barrier,
 * so that neither the names nor the records of a stolen store give a token, nor can guesses be tried on them.
 */
final class TokenKeys {
    private static final String SALT = "salt";
    private static final String PREFIX = "hvs.";
    private static final int RANDOM_LENGTH = 24;
    private static final int LONGEST = 512;
    /** Characters of a token of ours. */
    static final int TOKEN_LENGTH = PREFIX.length() + RANDOM_LENGTH;

    private final SecureRandom random;
    private final KeptKey salt;

    TokenKeys(View storage, SecureRandom random) {
        this.random = random;
        this.salt = new KeptKey(storage, SALT, "the key at token/" + SALT, random);
    }

    /** {@code hvs.} and 24 characters of base62: 143 bits. */
    SecretBytes newToken() {
        byte[] token = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), PREFIX.length() + RANDOM_LENGTH);
        Base62.fill(token, PREFIX.length(), random);
        return SecretBytes.owning(token);
    }

    /** 24 characters of base62. */
    String newAccessor() {
        return Base62.text(RANDOM_LENGTH, random);
    }

    /** The storage key of a token, whatever its form; 64 hexadecimal digits. */
    String ofToken(SecretBytes token) {
        int longest = BatchTokens.looksLikeOne(token) ? BatchTokens.LONGEST : LONGEST;
        return token.length() > longest ? "" : keyed((byte) 't', token.expose());
    }

    /** The storage key of an accessor. */
    String ofAccessor(String accessor) {
        return accessor.length() > LONGEST ? "" : keyed((byte) 'a', accessor.getBytes(StandardCharsets.UTF_8));
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
