package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A random key that lies behind the barrier, made when it is first needed and never changed, ready for HMAC-SHA256. */
final class KeptKey {
    private static final byte VERSION = 1;
    private static final int LENGTH = 32;

    private final View storage;
    private final String place;
    private final SecureRandom random;
    private final AtomicReference<HmacSha256> ready = new AtomicReference<>();

    /** Kept at {@code place}: a byte of version, and 32 random bytes. */
    KeptKey(View storage, String place, SecureRandom random) {
        this.storage = storage;
        this.place = place;
        this.random = random;
    }

    /** Reads or makes it the first time; not to be asked first inside a transaction. */
    HmacSha256 hmac() {
        HmacSha256 known = ready.get();
        if (known != null) {
            return known;
        }
        byte[] stored = storage.get(place).orElseGet(this::made);
        if (stored.length != LENGTH + 1 || stored[0] != VERSION) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "the key at token/" + place + " is not one")
                    .asException();
        }
        try (SecretBytes key = SecretBytes.owning(Arrays.copyOfRange(stored, 1, stored.length))) {
            HmacSha256 made = new HmacSha256(key);
            return ready.compareAndSet(null, made) ? made : ready.get();
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    /** Forgets it: on seal. */
    void forget() {
        HmacSha256 known = ready.getAndSet(null);
        if (known != null) {
            known.close();
        }
    }

    /** Of many that come first together, one makes the key and all use that one. */
    private byte[] made() {
        byte[] fresh = new byte[LENGTH + 1];
        random.nextBytes(fresh);
        fresh[0] = VERSION;
        return storage.transact(editor -> {
            Optional<byte[]> there = editor.get(place);
            if (there.isEmpty()) {
                editor.put(place, fresh);
            }
            return there.orElseGet(fresh::clone);
        });
    }
}
