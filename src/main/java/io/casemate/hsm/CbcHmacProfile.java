package io.casemate.hsm;

import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Mechanism;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * AES-CBC with padding, then HMAC-SHA256 by a second key of the token over the binding, the IV and the ciphertext. The MAC
 * is compared before anything is decrypted, so the padding tells nobody anything.
 */
record CbcHmacProfile(String hmacLabel, SecureRandom random) implements WrappingProfile {
    static final String PREFIX = "aes-cbc-pad:hmac-sha256:hmac-key=";
    private static final int IV_BYTES = 16;
    private static final int MAC_BYTES = 32;
    private static final int LEAST_BYTES = 16 + MAC_BYTES;

    @Override
    public String name() {
        return PREFIX + HexFormat.of().formatHex(hmacLabel.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a name that {@link #name} made; {@code DATA} when it is not one. */
    static CbcHmacProfile parse(String name, SecureRandom random) {
        try {
            byte[] label = HexFormat.of().parseHex(name.substring(PREFIX.length()));
            return new CbcHmacProfile(new String(label, StandardCharsets.UTF_8), random);
        } catch (IllegalArgumentException e) {
            throw Profiles.unknown(name);
        }
    }

    /** The key that authenticates. */
    KeyRef hmacKey() {
        return KeyRef.secret(hmacLabel, "");
    }

    @Override
    public KeyRef openingKey(KeyName name) {
        return KeyRef.secret(name.label(), name.id());
    }

    @Override
    public byte[] wrap(Connection connection, KeyName name, byte[] secret, byte[] binding) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        long key = connection.handle(openingKey(name));
        byte[] ciphertext = connection.with(session -> session.module()
                .crypto()
                .encrypt(session.handle(), new Mechanism.Cbc(iv), key, secret)
                .ciphertext());
        byte[] mac = mac(connection, binding, iv, ciphertext);
        byte[] rest = Arrays.copyOf(ciphertext, ciphertext.length + MAC_BYTES);
        System.arraycopy(mac, 0, rest, ciphertext.length, MAC_BYTES);
        return new Blob(iv, rest).encode();
    }

    @Override
    public byte[] unwrap(Connection connection, KeyName name, byte[] blob, byte[] binding) {
        Blob parts = Blob.decode(blob, LEAST_BYTES);
        if (parts.iv().length != IV_BYTES) {
            throw Blob.malformed();
        }
        int split = parts.rest().length - MAC_BYTES;
        byte[] ciphertext = Arrays.copyOf(parts.rest(), split);
        byte[] stored = Arrays.copyOfRange(parts.rest(), split, parts.rest().length);
        if (!MessageDigest.isEqual(mac(connection, binding, parts.iv(), ciphertext), stored)) {
            throw Blob.refused();
        }
        long key = connection.handle(openingKey(name));
        return connection.with(session ->
                session.module().crypto().decrypt(session.handle(), new Mechanism.Cbc(parts.iv()), key, ciphertext));
    }

    private byte[] mac(Connection connection, byte[] binding, byte[] iv, byte[] ciphertext) {
        byte[] input = ByteBuffer.allocate(Integer.BYTES + binding.length + iv.length + ciphertext.length)
                .putInt(binding.length)
                .put(binding)
                .put(iv)
                .put(ciphertext)
                .array();
        long key = connection.handle(hmacKey());
        byte[] mac = connection.with(session ->
                session.module().crypto().sign(session.handle(), new Mechanism.Plain(Ckm.SHA256_HMAC), key, input));
        if (mac.length != MAC_BYTES) {
            throw HsmFailures.setup("UNEXPECTED_LENGTH", "C_Sign", "the token's HMAC-SHA256 is not 32 bytes");
        }
        return mac;
    }
}
