package io.casemate.barrier;

import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.storage.Storage;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The barrier over a {@link Storage}: AES-256-GCM under a keyring of terms. Formats: docs/formats/barrier.md, keyring.md. */
public final class AesGcmBarrier implements Barrier {
    private static final System.Logger LOG = System.getLogger("casemate.barrier");

    private record Opened(OpenBarrier barrier, String clusterId) {}

    private static final ScopedValue<AtomicReference<Opened>> BOUND = ScopedValue.newInstance();

    private final Storage storage;
    private final BootRecords records;
    private final StorageCheck check;
    private final long cacheBytes;
    private final SecureRandom random;
    private final InstantSource clock;
    private volatile Opened opened;

    /**
     * Shut at first.
     *
     * @param cacheBytes bound of the plaintext read cache, 0 for none
     */
    public AesGcmBarrier(
            Storage storage, BootRecords records, long cacheBytes, SecureRandom random, InstantSource clock) {
        this.storage = storage;
        this.records = records;
        this.check = new StorageCheck(storage);
        this.cacheBytes = cacheBytes;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public boolean sealed() {
        return opened == null;
    }

    @Override
    public void open(SecretBytes rootKey) {
        open(() -> {
            byte[] sealedKey = records.read(BootRecords.KEYRING_KEY).orElseThrow(AesGcmBarrier::uninitialised);
            try (Aead root = new Aead(rootKey, random)) {
                return KeyringCodec.openKeyringKey(sealedKey, root);
            }
        });
    }

    @Override
    public void reopen(SecretBytes keyringKey) {
        open(keyringKey::copy);
    }

    private void open(Supplier<SecretBytes> keyringKey) {
        requireShut();
        records.refresh();
        OpenBarrier barrier = new OpenBarrier(storage, read(keyringKey.get()), cacheBytes);
        try {
            opened(new Opened(barrier, check.verify(barrier)));
        } catch (FaultException e) {
            barrier.close();
            throw e;
        }
        tidy(barrier);
    }

    @Override
    public Founding found(SecretBytes rootKey) {
        requireShut();
        records.refresh();
        if (records.initialised()) {
            throw Fault.badRequest("Vault is already initialized");
        }
        check.begin();
        KeyringLedger ledger = KeyringLedger.fresh(records, random, clock);
        OpenBarrier barrier = new OpenBarrier(storage, ledger, cacheBytes);
        try (Aead aead = new Aead(rootKey, random)) {
            Map<String, byte[]> own = ledger.founding(aead);
            opened(new Opened(barrier, check.create(barrier, clock.instant())));
            return new NewBarrier(barrier, own);
        } catch (FaultException e) {
            barrier.close();
            undo();
            throw e;
        }
    }

    @Override
    public void seal() {
        Opened last = opened;
        opened = null;
        if (last != null) {
            last.barrier().close();
        }
    }

    @Override
    public <T> T bound(Supplier<T> work) {
        return ScopedValue.where(BOUND, new AtomicReference<>(opened)).call(work::get);
    }

    private void opened(Opened next) {
        opened = next;
        if (BOUND.isBound()) {
            BOUND.get().set(next);
        }
    }

    @Override
    public View view(String prefix) {
        if (prefix.startsWith(StorageCheck.OWN)) {
            throw new IllegalArgumentException("the barrier's own entries have no view");
        }
        return new PrefixView(this::current, PrefixView.folder(prefix));
    }

    @Override
    public boolean isRootKey(SecretBytes candidate) {
        Optional<byte[]> sealedKey = records.read(BootRecords.KEYRING_KEY);
        if (sealedKey.isEmpty() || candidate.length() != Aead.KEY_BYTES) {
            return false;
        }
        try (Aead root = new Aead(candidate, random);
                SecretBytes _ = KeyringCodec.openKeyringKey(sealedKey.get(), root)) {
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    @Override
    public String clusterId() {
        return now().clusterId();
    }

    @Override
    public KeyStatus keyStatus() {
        return current().ledger().status();
    }

    @Override
    public KeyStatus rotate() {
        OpenBarrier barrier = current();
        barrier.ledger().rotate();
        tidy(barrier);
        return barrier.ledger().status();
    }

    @Override
    public boolean rotateIfDue() {
        OpenBarrier barrier = current();
        boolean rotated = barrier.ledger().rotateIfDue();
        check.renew(barrier);
        records.retryForgetting();
        return rotated;
    }

    @Override
    public void replaceRootKey(SecretBytes rootKey, Map<String, byte[]> sealRecords, Set<String> removed) {
        OpenBarrier barrier = current();
        try (Aead aead = new Aead(rootKey, random)) {
            barrier.ledger().replaceKeys(aead, sealRecords, removed);
        }
        tidy(barrier);
    }

    @Override
    public SecretBytes keyringKey() {
        return current().ledger().keyringKey();
    }

    @Override
    public RotationPolicy rotationPolicy() {
        return current().ledger().ring().policy();
    }

    @Override
    public void rotationPolicy(RotationPolicy policy) {
        current().ledger().policy(policy);
    }

    @Override
    public void invalidate(String storageKey) {
        Opened now = opened;
        if (now != null) {
            now.barrier().cache().invalidate(storageKey);
        }
    }

    private OpenBarrier current() {
        return now().barrier();
    }

    private Opened now() {
        Opened now = opened;
        if (now == null || (BOUND.isBound() && !now.equals(BOUND.get().get()))) {
            throw new Fault.Sealed().asException();
        }
        return now;
    }

    private void requireShut() {
        if (opened != null) {
            throw new IllegalStateException("the barrier is open already");
        }
    }

    /** Owns {@code keyringKey}. */
    private KeyringLedger read(SecretBytes keyringKey) {
        try (Aead aead = new Aead(keyringKey, random)) {
            byte[] sealedRing = records.read(BootRecords.KEYRING).orElseThrow(AesGcmBarrier::uninitialised);
            Keyring ring = KeyringCodec.openKeyring(sealedRing, aead, random);
            return new KeyringLedger(records, keyringKey, ring, random, clock);
        } catch (FaultException e) {
            keyringKey.close();
            throw e;
        }
    }

    /** What a crash or a full disk left undone; it does no harm meanwhile, and is tried again at the next unseal. */
    private void tidy(OpenBarrier barrier) {
        try {
            check.end();
            renewRestored(barrier);
            check.renew(barrier);
        } catch (FaultException e) {
            LOG.log(Level.WARNING, "cannot finish an earlier initialisation, restore or rotation, will try again", e);
        }
    }

    /** What was encrypted after a snapshot was taken is counted nowhere once it is restored: its key seals nothing more. */
    private void renewRestored(OpenBarrier barrier) {
        if (check.restored()) {
            barrier.ledger().rotate();
            check.endRestore();
        }
    }

    private void undo() {
        try {
            check.undo();
        } catch (FaultException e) {
            LOG.log(Level.WARNING, "entries of a failed initialisation remain; the next one removes them", e);
        }
    }

    private static FaultException uninitialised() {
        return Fault.badRequest("Vault is not initialized");
    }

    /** Open, not yet kept. */
    private final class NewBarrier implements Founding {
        private final OpenBarrier barrier;
        private final Map<String, byte[]> own;
        private boolean committed;

        NewBarrier(OpenBarrier barrier, Map<String, byte[]> own) {
            this.barrier = barrier;
            this.own = own;
        }

        @Override
        public void commit(Map<String, byte[]> sealRecords) {
            Map<String, byte[]> all = new HashMap<>(sealRecords);
            all.putAll(own);
            records.change(all);
            barrier.ledger().stored();
            committed = true;
            tidy(barrier);
        }

        @Override
        public void close() {
            if (!committed) {
                seal();
                undo();
            }
        }
    }
}
