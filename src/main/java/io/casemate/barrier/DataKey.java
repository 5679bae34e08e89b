package io.casemate.barrier;

import io.casemate.crypto.Aead;
import io.casemate.kernel.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** One term of the keyring: its key, and the count of what was sealed under it. */
final class DataKey implements AutoCloseable {
    private final int term;
    private final Instant installed;
    private final SecretBytes key;
    private final Aead aead;
    private final AtomicLong used;
    private volatile long reserved;

    /** Owns {@code key}. All that was ever {@code reserved} counts as used. */
    DataKey(int term, Instant installed, SecretBytes key, long reserved, SecureRandom random) {
        this.term = term;
        this.installed = installed;
        this.key = key;
        this.aead = new Aead(key, random);
        this.used = new AtomicLong(reserved);
        this.reserved = reserved;
    }

    /** A new key, drawn from {@code birth}; its nonces come from {@code random}. */
    static DataKey born(int term, Instant installed, SecureRandom birth, SecureRandom random) {
        byte[] bytes = new byte[Aead.KEY_BYTES];
        birth.nextBytes(bytes);
        return new DataKey(term, installed, SecretBytes.owning(bytes), 0, random);
    }

    int term() {
        return term;
    }

    Instant installed() {
        return installed;
    }

    Aead aead() {
        return aead;
    }

    long used() {
        return used.get();
    }

    long reserved() {
        return reserved;
    }

    /** Counts one; false when that was one more than is reserved, and the key must not be used for it. */
    boolean spend() {
        return used.incrementAndGet() <= reserved;
    }

    /** {@code total} is durable in the keyring store now. */
    void grant(long total) {
        reserved = total;
    }

    void write(ByteBuffer out, long reservedToWrite) {
        out.putInt(term)
                .putLong(installed.toEpochMilli())
                .putLong(reservedToWrite)
                .put(key.expose());
    }

    @Override
    public void close() {
        aead.close();
        key.close();
    }
}
