package io.casemate.hsm;

import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Mechanism;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * AES-CBC, then HMAC-SHA256 by a second key of the token over the binding, the IV and the ciphertext. The MAC is compared
 * before anything is decrypted, so the padding tells nobody anything.
 */
record CbcHmacProfile(Padding padding, KeyName hmac, SecureRandom random) implements WrappingProfile {
    private static final String ID = ":hmac-id=";
    private static final int BLOCK_BYTES = 16;
    private static final int MAC_BYTES = 32;
    private static final int LEAST_BYTES = BLOCK_BYTES + MAC_BYTES;

    /** Who adds the PKCS#7 padding. */
    enum Padding {
        TOKEN("aes-cbc-pad:hmac-sha256:hmac-key=", Ckm.AES_CBC_PAD),
        /** We do, for tokens with {@code CKM_AES_CBC} only. */
        OURS("aes-cbc:hmac-sha256:hmac-key=", Ckm.AES_CBC);

        private final String prefix;
        private final long type;

        Padding(String prefix, long type) {
            this.prefix = prefix;
            this.type = type;
        }
    }

    @Override
    public String name() {
        String label = HexFormat.of().formatHex(hmac.label().getBytes(StandardCharsets.UTF_8));
        return padding.prefix + label + (hmac.id().isEmpty() ? "" : ID + hmac.id());
    }

    /** Reads a name that {@link #name} made; empty when it is of another kind, {@code DATA} when it is damaged. */
    static Optional<WrappingProfile> parse(String name, SecureRandom random) {
        for (Padding padding : Padding.values()) {
            if (name.startsWith(padding.prefix)) {
                String[] parts = name.substring(padding.prefix.length()).split(ID, 2);
                CbcHmacProfile read = new CbcHmacProfile(padding, hmacName(name, parts), random);
                if (read.name().equals(name)) {
                    return Optional.of(read);
                }
                throw Profiles.unknown(name);
            }
        }
        return Optional.empty();
    }

    private static KeyName hmacName(String name, String[] parts) {
        try {
            byte[] label = HexFormat.of().parseHex(parts[0]);
            String id = parts.length > 1 ? parts[1] : "";
            HexFormat.of().parseHex(id);
            return new KeyName(new String(label, StandardCharsets.UTF_8), id);
        } catch (IllegalArgumentException e) {
            throw Profiles.unknown(name);
        }
    }

    /** The key that authenticates. */
    KeyRef hmacKey() {
        return KeyRef.secret(hmac.label(), hmac.id());
    }

    /** The same with another key that authenticates. */
    CbcHmacProfile withHmac(KeyName other) {
        return new CbcHmacProfile(padding, other, random);
    }

    @Override
    public KeyRef openingKey(KeyName name) {
        return KeyRef.secret(name.label(), name.id());
    }

    @Override
    public byte[] wrap(Connection connection, KeyName name, byte[] secret, byte[] binding) {
        byte[] iv = new byte[BLOCK_BYTES];
        random.nextBytes(iv);
        long key = connection.handle(openingKey(name));
        byte[] plaintext = padding == Padding.OURS ? padded(secret) : secret;
        byte[] ciphertext;
        try {
            ciphertext = connection.with(session -> session.module()
                    .crypto()
                    .encrypt(session.handle(), new Mechanism.Cbc(padding.type, iv), key, plaintext)
                    .ciphertext());
        } finally {
            if (padding == Padding.OURS) {
                Arrays.fill(plaintext, (byte) 0);
            }
        }
        byte[] mac = mac(connection, binding, iv, ciphertext);
        byte[] rest = Arrays.copyOf(ciphertext, ciphertext.length + MAC_BYTES);
        System.arraycopy(mac, 0, rest, ciphertext.length, MAC_BYTES);
        return new Blob(iv, rest).encode();
    }

    @Override
    public byte[] unwrap(Connection connection, KeyName name, byte[] blob, byte[] binding) {
        Blob parts = Blob.decode(blob, LEAST_BYTES);
        if (parts.iv().length != BLOCK_BYTES) {
            throw Blob.malformed();
        }
        int split = parts.rest().length - MAC_BYTES;
        byte[] ciphertext = Arrays.copyOf(parts.rest(), split);
        byte[] stored = Arrays.copyOfRange(parts.rest(), split, parts.rest().length);
        if (!MessageDigest.isEqual(mac(connection, binding, parts.iv(), ciphertext), stored)) {
            throw Blob.refused();
        }
        long key = connection.handle(openingKey(name));
        byte[] plaintext = connection.with(session -> session.module()
                .crypto()
                .decrypt(session.handle(), new Mechanism.Cbc(padding.type, parts.iv()), key, ciphertext));
        return padding == Padding.OURS ? unpadded(plaintext) : plaintext;
    }

    private static byte[] padded(byte[] secret) {
        int count = BLOCK_BYTES - secret.length % BLOCK_BYTES;
        byte[] padded = Arrays.copyOf(secret, secret.length + count);
        Arrays.fill(padded, secret.length, padded.length, (byte) count);
        return padded;
    }

    /** Authenticated before: that the padding is wrong means that the token decrypts wrongly. */
    private static byte[] unpadded(byte[] plaintext) {
        int count = plaintext.length == 0 ? 0 : plaintext[plaintext.length - 1];
        boolean right = count > 0 && count <= BLOCK_BYTES && count <= plaintext.length;
        byte[] secret = Arrays.copyOf(plaintext, right ? plaintext.length - count : 0);
        Arrays.fill(plaintext, (byte) 0);
        if (!right) {
            throw Blob.refused();
        }
        return secret;
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
