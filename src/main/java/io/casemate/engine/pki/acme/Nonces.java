package io.casemate.engine.pki.acme;

import io.casemate.crypto.Aead;
import io.casemate.kernel.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Anti-replay nonces (RFC 8555 section 6.5): sealed numbers in a row. The newest {@value #WINDOW} are good, each once; nothing is
 * stored, and memory does not grow. No lock is taken.
 *
 * <p>A number's slot holds the highest number that was used there, so that a number is good exactly when its slot holds less.
 * The key is born and dies with the opening of the engine: nonces of an earlier one are refused, and clients fetch a new one.
 */
final class Nonces implements AutoCloseable {
    /** How many may be out at a time; a stranger who fetches more makes others ask twice, and no more. */
    static final int WINDOW = 1 << 16;

    private static final byte[] PURPOSE = "casemate acme nonce".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = Aead.OVERHEAD + Long.BYTES;

    private final Aead aead;
    private final AtomicLong newest = new AtomicLong();
    /** Made with the first use: half a megabyte that mounts without ACME do not need. */
    private final AtomicReference<AtomicLongArray> used = new AtomicReference<>();

    Nonces(SecureRandom random) {
        byte[] key = new byte[Aead.KEY_BYTES];
        random.nextBytes(key);
        try (SecretBytes secret = SecretBytes.owning(key)) {
            aead = new Aead(secret, random);
        }
    }

    /** A new one. */
    String next() {
        byte[] number = ByteBuffer.allocate(Long.BYTES)
                .putLong(newest.incrementAndGet())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(aead.seal(number, PURPOSE));
    }

    /** Uses {@code nonce} up; false when it is not ours, too old, or used before. */
    boolean use(String nonce) {
        Optional<Long> number = opened(nonce);
        if (number.isEmpty() || number.get() <= newest.get() - WINDOW) {
            return false;
        }
        long mine = number.get();
        int slot = (int) (mine % WINDOW);
        AtomicLongArray slots = slots();
        long highest = slots.get(slot);
        while (highest < mine) {
            if (slots.compareAndSet(slot, highest, mine)) {
                return true;
            }
            highest = slots.get(slot);
        }
        return false;
    }

    private AtomicLongArray slots() {
        AtomicLongArray slots = used.get();
        if (slots == null) {
            used.compareAndSet(null, new AtomicLongArray(WINDOW));
            slots = used.get();
        }
        return slots;
    }

    private Optional<Long> opened(String nonce) {
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(nonce);
            return sealed.length == LENGTH
                    ? aead.open(sealed, 0, PURPOSE)
                            .map(number -> ByteBuffer.wrap(number).getLong())
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        aead.close();
    }
}
