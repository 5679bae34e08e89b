package io.casemate.crypto;

import io.casemate.kernel.SecretBytes;
import java.lang.invoke.VarHandle;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) under one key, with random 96-bit nonces: what opens is exactly what was sealed, under the
 * same associated data. Safe for concurrent use, without locks.
 *
 * <p>One key must not seal more than 2^32 times; the owner counts. Closing wipes the key; what runs meanwhile fails and never
 * yields a result made with a half-wiped key. The JDK's ciphers keep a schedule of the key until they are collected.
 */
public final class Aead implements AutoCloseable {
    /** Length of the key. */
    public static final int KEY_BYTES = 32;
    /** Length of the nonce, which stands first. */
    public static final int NONCE_BYTES = 12;
    /** Length of the tag, which stands last. */
    public static final int TAG_BYTES = 16;
    /** How much longer the sealed form is. */
    public static final int OVERHEAD = NONCE_BYTES + TAG_BYTES;

    private static final int POOL = 16;

    private final Key key;
    private final SecureRandom random;
    private final AtomicReferenceArray<Cipher> idle = new AtomicReferenceArray<>(POOL);
    private volatile boolean closed;

    /** Copies {@code key}, which must have {@link #KEY_BYTES}. */
    public Aead(SecretBytes key, SecureRandom random) {
        if (key.length() != KEY_BYTES) {
            throw new IllegalArgumentException("AES-256 takes 32 bytes, not " + key.length());
        }
        this.key = new Key(key.expose().clone());
        this.random = random;
    }

    /** Nonce, ciphertext and tag of {@code plaintext}. */
    public byte[] seal(byte[] plaintext, byte[] associated) {
        byte[] out = new byte[plaintext.length + OVERHEAD];
        seal(plaintext, associated, out, 0);
        return out;
    }

    /** Writes nonce, ciphertext and tag to {@code out} from {@code at}; they take {@link #OVERHEAD} more than the plaintext. */
    public void seal(byte[] plaintext, byte[] associated, byte[] out, int at) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, out, at, NONCE_BYTES);
        try {
            Cipher cipher = take();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            cipher.updateAAD(associated);
            cipher.doFinal(plaintext, 0, plaintext.length, out, at + NONCE_BYTES);
            give(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
        requireOpen();
    }

    /**
     * Opens what stands in {@code sealed} from {@code at} to its end.
     *
     * @return the plaintext, or empty when key, associated data or any bit is not as it was sealed
     */
    public Optional<byte[]> open(byte[] sealed, int at, byte[] associated) {
        if (sealed.length - at < OVERHEAD) {
            return Optional.empty();
        }
        try {
            Cipher cipher = take();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, sealed, at, NONCE_BYTES));
            cipher.updateAAD(associated);
            int from = at + NONCE_BYTES;
            byte[] plaintext = cipher.doFinal(sealed, from, sealed.length - from);
            give(cipher);
            return Optional.of(plaintext);
        } catch (AEADBadTagException e) {
            requireOpen();
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    /** Wipes the key. */
    @Override
    public void close() {
        closed = true;
        key.wipe();
        for (int slot = 0; slot < POOL; slot++) {
            idle.set(slot, null);
        }
    }

    /** The fence orders the use of the key before the look at the flag, as in an optimistic read lock. */
    private void requireOpen() {
        VarHandle.acquireFence();
        if (closed) {
            throw new IllegalStateException("key used after it was wiped");
        }
    }

    private Cipher take() throws GeneralSecurityException {
        requireOpen();
        Cipher cipher = idle.getAndSet(slot(), null);
        return cipher == null ? Cipher.getInstance("AES/GCM/NoPadding") : cipher;
    }

    private void give(Cipher cipher) {
        if (!closed) {
            idle.setRelease(slot(), cipher);
        }
    }

    private static int slot() {
        return (int) Thread.currentThread().threadId() & (POOL - 1);
    }

    /** A key that can be wiped, which the JDK's own cannot. */
    private static final class Key implements SecretKey {
        private static final long serialVersionUID = 1L;
        private final transient byte[] bytes;

        Key(byte[] bytes) {
            this.bytes = bytes;
        }

        void wipe() {
            Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }
    }
}
