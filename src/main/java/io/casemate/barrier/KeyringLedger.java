package io.casemate.barrier;

import io.casemate.crypto.Aead;
import io.casemate.crypto.KeyRandom;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keyring of an open barrier, and its durable twin: a key is used only as far as the keyring store says it may be, so
 * a crash never loses count. Rotates by itself when a key is used up.
 */
final class KeyringLedger implements AutoCloseable {
    /** Encryptions reserved at a time: one write of the keyring store for so many. */
    static final long BLOCK = 65_536;
    /** What must be left before a transaction begins, so that it does not wait for the keyring store in its middle. */
    private static final long HEADROOM = 1024;

    private final BootRecords records;
    private final SecureRandom random;
    private final InstantSource clock;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile SecretBytes keyringKey;
    private volatile Keyring ring;
    private volatile boolean stored;
    private volatile boolean closed;

    /** Owns {@code keyringKey} and {@code ring}. */
    KeyringLedger(BootRecords records, SecretBytes keyringKey, Keyring ring, SecureRandom random, InstantSource clock) {
        this.records = records;
        this.keyringKey = keyringKey;
        this.ring = ring;
        this.random = random;
        this.clock = clock;
        this.stored = true;
    }

    /** A new keyring that is not in the store yet; its first block is granted, and it gets no other before {@link #stored}. */
    static KeyringLedger fresh(BootRecords records, SecureRandom random, InstantSource clock) {
        SecureRandom birth = KeyRandom.birth(random);
        DataKey first = DataKey.born(1, now(clock), birth, random);
        first.grant(BLOCK);
        KeyringLedger ledger = new KeyringLedger(
                records, randomKey(birth), new Keyring(List.of(first), RotationPolicy.DEFAULT), random, clock);
        ledger.stored = false;
        return ledger;
    }

    Keyring ring() {
        return ring;
    }

    /** A copy, the caller's to wipe. */
    SecretBytes keyringKey() {
        SecretBytes copy = keyringKey.copy();
        requireOpen();
        return copy;
    }

    /** The two records of a fresh keyring, to be stored with the seal's. */
    Map<String, byte[]> founding(Aead rootKey) {
        return Map.of(
                BootRecords.KEYRING_KEY, KeyringCodec.sealKeyringKey(keyringKey, rootKey),
                BootRecords.KEYRING, sealed(ring, ring.active().reserved(), keyringKey));
    }

    /** The fresh keyring is durable now. */
    void stored() {
        stored = true;
    }

    /** The key for one more encryption, counted. */
    DataKey spend() {
        while (true) {
            DataKey active = ring.active();
            if (active.spend()) {
                return active;
            }
            reserve(active);
        }
    }

    /** Reserves ahead when little is left. */
    void prepare() {
        DataKey active = ring.active();
        if (active.used() + HEADROOM > active.reserved() && stored) {
            reserve(active);
        }
    }

    KeyStatus status() {
        DataKey active = ring.active();
        return new KeyStatus(Integer.toUnsignedLong(active.term()), active.installed(), active.used());
    }

    /** Makes a new term, durable before it is used. */
    void rotate() {
        changing.lock();
        try {
            install();
        } finally {
            changing.unlock();
        }
    }

    /** Rotates when the active key is too old; true when it did. */
    boolean rotateIfDue() {
        changing.lock();
        try {
            Keyring now = ring;
            boolean due = now.policy().tooOld(now.active().installed(), clock.instant())
                    || now.active().used() >= now.policy().limit();
            if (due) {
                install();
            }
            return due;
        } finally {
            changing.unlock();
        }
    }

    void policy(RotationPolicy policy) {
        changing.lock();
        try {
            settle();
            Keyring next = ring.with(policy);
            save(next, next.active().reserved());
            ring = next;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Makes a new term and seals the keyring under a new keyring key, and that under {@code rootKey}; one durable step with
     * {@code more} and without {@code removed}. The new term is what shuts old copies out: the former keyring key opens all terms before it.
     */
    void replaceKeys(Aead rootKey, Map<String, byte[]> more, Set<String> removed) {
        changing.lock();
        try {
            settle();
            SecretBytes fresh = randomKey(KeyRandom.birth(random));
            Keyring grown = ring.with(successor());
            Map<String, byte[]> changed = new HashMap<>(more);
            try {
                changed.put(BootRecords.KEYRING_KEY, KeyringCodec.sealKeyringKey(fresh, rootKey));
                changed.put(BootRecords.KEYRING, sealed(grown, BLOCK, fresh));
            } catch (FaultException e) {
                fresh.close();
                grown.active().close();
                throw e;
            }
            records.change(changed, removed, stands -> replaced(stands, fresh, grown));
        } finally {
            changing.unlock();
        }
    }

    /** Both keys are kept until it is known which the store has. */
    private void replaced(boolean stands, SecretBytes fresh, Keyring grown) {
        if (!stands) {
            fresh.close();
            grown.active().close();
            return;
        }
        SecretBytes former = keyringKey;
        keyringKey = fresh;
        former.close();
        use(grown);
        if (closed) {
            fresh.close();
        }
    }

    /** Wipes all keys; a keyring that is being written meanwhile is given up rather than written with a half-wiped key. */
    @Override
    public void close() {
        closed = true;
        ring.close();
        keyringKey.close();
    }

    private void reserve(DataKey spent) {
        changing.lock();
        try {
            settle();
            Keyring now = ring;
            if (now.active() != spent || spent.used() + HEADROOM <= spent.reserved()) {
                return;
            }
            long total = Math.max(spent.used(), spent.reserved()) + BLOCK;
            if (total > now.policy().limit()) {
                install();
            } else {
                save(now, total);
                spent.grant(total);
            }
        } finally {
            changing.unlock();
        }
    }

    private void install() {
        settle();
        DataKey next = successor();
        Keyring grown = ring.with(next);
        try {
            save(grown, BLOCK);
        } catch (FaultException e) {
            next.close();
            throw e;
        }
        use(grown);
    }

    private DataKey successor() {
        return DataKey.born(ring.active().term() + 1, now(clock), KeyRandom.birth(random), random);
    }

    /** {@code grown} is durable, with one block for its newest key. */
    private void use(Keyring grown) {
        grown.active().grant(BLOCK);
        ring = grown;
        if (closed) {
            grown.active().close();
        }
    }

    private void save(Keyring next, long total) {
        records.change(Map.of(BootRecords.KEYRING, sealed(next, total, keyringKey)));
    }

    /** Before a keyring is made of what is here: the store may have a change of which it was not known whether it stands. */
    private void settle() {
        if (!stored) {
            throw new Fault.Unavailable("the server is being initialised", Duration.ofSeconds(1)).asException();
        }
        records.all();
    }

    private byte[] sealed(Keyring next, long total, SecretBytes key) {
        try (Aead aead = new Aead(key, random)) {
            byte[] sealed = KeyringCodec.sealKeyring(next, total, aead);
            requireOpen();
            return sealed;
        } catch (IllegalStateException wiped) {
            requireOpen();
            throw wiped;
        }
    }

    private void requireOpen() {
        VarHandle.acquireFence();
        if (closed) {
            throw new Fault.Sealed().asException();
        }
    }

    private static SecretBytes randomKey(SecureRandom random) {
        byte[] bytes = new byte[Aead.KEY_BYTES];
        random.nextBytes(bytes);
        return SecretBytes.owning(bytes);
    }

    private static Instant now(InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
