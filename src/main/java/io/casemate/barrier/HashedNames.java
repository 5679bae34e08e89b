package io.casemate.barrier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Turns names of any length into storage keys that say nothing: HMAC-SHA256 under a salt kept in the same view, so that a
 * stolen store neither shows the names nor lets guesses be tried on them.
 */
public final class HashedNames {
    private final KeptKey salt;

    /** Keeps its salt in {@code storage} under the key {@code salt}. Reads nothing when made. */
    public HashedNames(View storage, SecureRandom random) {
        this.salt = new KeptKey(storage, "salt", "a salt of names", random);
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
        return HexFormat.of().formatHex(salt.hmac().of(message.array()));
    }

    /** Makes sure that there is a salt. */
    public void prepare() {
        salt.hmac();
    }

    /** Forgets the salt: on seal. */
    public void forget() {
        salt.forget();
    }
}
