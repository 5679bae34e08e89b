package io.casemate.barrier;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A random key of 32 bytes that lies behind the barrier, made when it is first needed and never changed, ready for
 * HMAC-SHA256. Of many that come first together, one makes the key and all use that one.
 */
public final class KeptKey {
    private static final byte VERSION = 1;
    private static final int LENGTH = 32;

    private final View storage;
    private final String place;
    private final String what;
    private final SecureRandom random;
    private final AtomicReference<HmacSha256> ready = new AtomicReference<>();

    /**
     * Kept at {@code place}: a byte of version, and the key. Reads nothing when made.
     *
     * @param what names it when what is stored is garbled
     */
    public KeptKey(View storage, String place, String what, SecureRandom random) {
        this.storage = storage;
        this.place = place;
        this.what = what;
        this.random = random;
    }

    /**
     * Reads or makes it the first time; not to be asked first inside a transaction.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it is garbled
     */
    public HmacSha256 hmac() {
        HmacSha256 known = ready.get();
        return known == null ? readied() : known;
    }

    /** Forgets it: on seal. */
    public void forget() {
        HmacSha256 known = ready.getAndSet(null);
        if (known != null) {
            known.close();
        }
    }

    private HmacSha256 readied() {
        byte[] stored = storage.get(place).orElseGet(this::made);
        if (stored.length != LENGTH + 1 || stored[0] != VERSION) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, what + " is not one").asException();
        }
        try (SecretBytes key = SecretBytes.owning(Arrays.copyOfRange(stored, 1, stored.length))) {
            HmacSha256 mine = new HmacSha256(key);
            HmacSha256 first = ready.compareAndExchange(null, mine);
            if (first == null) {
                return mine;
            }
            mine.close();
            return first;
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    private byte[] made() {
        byte[] fresh = new byte[LENGTH + 1];
        random.nextBytes(fresh);
        fresh[0] = VERSION;
        return storage.transact(editor -> {
            Optional<byte[]> there = editor.get(place);
            if (there.isEmpty()) {
                editor.put(place, fresh);
            }
            return there.orElse(fresh);
        });
    }
}
