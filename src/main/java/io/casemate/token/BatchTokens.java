package io.casemate.token;

import io.casemate.barrier.KeptKey;
import io.casemate.barrier.View;
import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Batch tokens: all that they are is in them, sealed by a key of this server's own, and nothing is stored. What opens is what
 * was sealed here; docs/formats/token.md.
 *
 * <p>Each token has a key of its own, derived from the kept one and random salt, so that no number of tokens wears a key out.
 */
final class BatchTokens {
    /** Longest token taken, in bytes. */
    static final int LONGEST = 8192;

    private static final byte[] PREFIX = "hvb.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PURPOSE = "casemate batch token".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int SALT = 24;
    private static final String KEY = "batch-key";

    private final SecureRandom random;
    private final KeptKey key;

    BatchTokens(View storage, SecureRandom random) {
        this.random = random;
        this.key = new KeptKey(storage, KEY, "the key at token/" + KEY, random);
    }

    /** Whether it can be nothing else: tokens that clients choose have no dot. */
    static boolean looksLikeOne(SecretBytes token) {
        byte[] bytes = token.expose();
        return bytes.length > PREFIX.length && Arrays.equals(bytes, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /**
     * The token that {@code entry} is; the caller owns it.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it would be too long for a header
     */
    SecretBytes seal(TokenEntry entry) {
        byte[] head = new byte[1 + SALT];
        random.nextBytes(head);
        head[0] = VERSION;
        byte[] plain = BatchCodec.encode(entry);
        byte[] whole = Arrays.copyOf(head, head.length + plain.length + Aead.OVERHEAD);
        try (Aead aead = aead(head)) {
            aead.seal(plain, head, whole, head.length);
        }
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(whole);
        if (PREFIX.length + text.length > LONGEST) {
            throw Fault.badRequest("a batch token carries all that is said of it, and this one would have "
                    + (PREFIX.length + text.length) + " characters: shorten its metadata or policies, or make a service"
                    + " token");
        }
        byte[] token = Arrays.copyOf(PREFIX, PREFIX.length + text.length);
        System.arraycopy(text, 0, token, PREFIX.length, text.length);
        Arrays.fill(text, (byte) 0);
        return SecretBytes.owning(token);
    }

    /** What a token is; empty when it is not one of ours or was changed. Says nothing of whether it still holds. */
    Optional<TokenEntry> open(SecretBytes token, String storageKey) {
        if (!looksLikeOne(token) || token.length() > LONGEST) {
            return Optional.empty();
        }
        byte[] whole = decoded(token.expose());
        if (whole.length < 1 + SALT + Aead.OVERHEAD || whole[0] != VERSION) {
            return Optional.empty();
        }
        byte[] head = Arrays.copyOf(whole, 1 + SALT);
        try (Aead aead = aead(head)) {
            return aead.open(whole, head.length, head).map(plain -> BatchCodec.decode(storageKey, plain));
        }
    }

    /** Empty for anything but the one way in which these bytes are written. */
    private static byte[] decoded(byte[] token) {
        byte[] text = Arrays.copyOfRange(token, PREFIX.length, token.length);
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(bytes), text) ? bytes : new byte[0];
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    /** Forgets the key: on seal. */
    void forget() {
        key.forget();
    }

    /** As in NIST SP 800-108: one block of HMAC-SHA256 over the purpose and what is the token's own. */
    private Aead aead(byte[] head) {
        byte[] message = Arrays.copyOf(PURPOSE, PURPOSE.length + 1 + head.length);
        System.arraycopy(head, 0, message, PURPOSE.length + 1, head.length);
        try (SecretBytes own = SecretBytes.owning(key.hmac().of(message))) {
            return new Aead(own, random);
        }
    }
}
