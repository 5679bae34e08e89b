package io.casemate.crypto;

import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) under one key, for any number of threads at once without a lock.
 *
 * <p>Keyed instances are kept and reused, because making one costs more than a short message. Using one after
 * {@link #close()} is a bug and throws {@code IllegalStateException}.
 */
public final class HmacSha256 implements AutoCloseable {
    /** Length of a code, in bytes. */
    public static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SLOTS = 16;

    private final SecretBytes key;
    private final AtomicReferenceArray<Mac> idle = new AtomicReferenceArray<>(SLOTS);

    /** Copies {@code key}: any length but zero, 32 bytes by preference. The caller still owns its own. */
    public HmacSha256(SecretBytes key) {
        this.key = key.copy();
    }

    /** The code of {@code message}, in an array of the caller's own. */
    public byte[] of(byte[] message) {
        return of(message, 0, message.length);
    }

    /** The code of a part of {@code message}. */
    public byte[] of(byte[] message, int offset, int length) {
        int slot = (int) (Thread.currentThread().threadId() & (SLOTS - 1));
        Mac taken = idle.getAndSet(slot, null);
        Mac mac = taken == null ? keyed() : taken;
        mac.update(message, offset, length);
        byte[] code = mac.doFinal();
        idle.set(slot, mac);
        return code;
    }

    /** The code of the UTF-8 bytes of {@code message}. */
    public byte[] of(String message) {
        return of(message.getBytes(StandardCharsets.UTF_8));
    }

    /** The code of a secret, which rooms that may not see the secret can then use. */
    public byte[] of(SecretBytes message) {
        return of(message.expose());
    }

    /** A code whose message comes in pieces. */
    public Pieces pieces() {
        return new Pieces(keyed());
    }

    /** Whether {@code code} is the code of {@code message}; the time taken does not depend on where they differ. */
    public boolean verify(byte[] message, byte[] code) {
        return MessageDigest.isEqual(of(message), code);
    }

    @Override
    public void close() {
        key.close();
        for (int i = 0; i < SLOTS; i++) {
            idle.set(i, null);
        }
    }

    /** The code of one message that is never whole in memory. For one thread, once. */
    public static final class Pieces {
        private final Mac mac;

        private Pieces(Mac mac) {
            this.mac = mac;
        }

        /** Takes the next piece: the first {@code length} bytes. */
        public void update(byte[] piece, int length) {
            mac.update(piece, 0, length);
        }

        /** The code of all pieces. */
        public byte[] code() {
            return mac.doFinal();
        }
    }

    private Mac keyed() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.expose(), ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
