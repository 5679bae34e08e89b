package io.casemate.barrier;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Turns names of any length into storage keys that say nothing: HMAC-SHA256 under a salt kept in the same view, so that a
 * stolen store neither shows the names nor lets guesses be tried on them.
 */
public final class HashedNames {
    private static final String SALT = "salt";
    private static final byte VERSION = 1;
    private static final int LENGTH = 32;

    private final View storage;
    private final SecureRandom random;
    private final AtomicReference<HmacSha256> hash = new AtomicReference<>();

    /** Keeps its salt in {@code storage} under the key {@code salt}. Reads nothing when made. */
    public HashedNames(View storage, SecureRandom random) {
        this.storage = storage;
        this.random = random;
    }

    /**
     * 64 hexadecimal digits for {@code parts} of the kind {@code domain}; the same only for the same of both.
     * Inside a transaction only after {@link #prepare}.
     */
    public String of(char domain, String... parts) {
        int length = 1;
        byte[][] encoded = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            encoded[i] = parts[i].getBytes(StandardCharsets.UTF_8);
            length += Integer.BYTES + encoded[i].length;
        }
        ByteBuffer message = ByteBuffer.allocate(length).put((byte) domain);
        for (byte[] part : encoded) {
            message.putInt(part.length).put(part);
        }
        return HexFormat.of().formatHex(hash().of(message.array()));
    }

    /** Makes sure that there is a salt. */
    public void prepare() {
        hash();
    }

    /** Forgets the salt: on seal. */
    public void forget() {
        HmacSha256 known = hash.getAndSet(null);
        if (known != null) {
            known.close();
        }
    }

    private HmacSha256 hash() {
        HmacSha256 known = hash.get();
        if (known != null) {
            return known;
        }
        byte[] stored = storage.get(SALT).orElseGet(this::made);
        if (stored.length != LENGTH + 1 || stored[0] != VERSION) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a salt of names is not one").asException();
        }
        try (SecretBytes salt = SecretBytes.owning(Arrays.copyOfRange(stored, 1, stored.length))) {
            HmacSha256 made = new HmacSha256(salt);
            HmacSha256 first = hash.compareAndExchange(null, made);
            return first == null ? made : first;
        } finally {
            Arrays.fill(stored, (byte) 0);
        }
    }

    private byte[] made() {
        byte[] fresh = new byte[LENGTH + 1];
        random.nextBytes(fresh);
        fresh[0] = VERSION;
        return storage.transact(editor -> {
            Optional<byte[]> there = editor.get(SALT);
            if (there.isEmpty()) {
                editor.put(SALT, fresh);
            }
            return there.orElseGet(fresh::clone);
        });
    }
}
