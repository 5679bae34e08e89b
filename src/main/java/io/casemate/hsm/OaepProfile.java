package io.casemate.hsm;

import io.casemate.hsm.jna.Mechanism;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * RSA-OAEP. The SHA-256 of the binding goes before the secret inside the encryption, since tokens (SoftHSM for one) refuse
 * an OAEP label. Whoever has the public key can make such a blob, so it proves secrecy and binding but not origin.
 *
 * @param local encrypt here instead of in the token; what comes out is the same
 */
record OaepProfile(OaepHash hash, OaepHash mask, boolean local) implements WrappingProfile {
    private static final int DIGEST_BYTES = 32;

    @Override
    public String name() {
        return "rsa-oaep:hash=" + hash.text() + ":mgf1=" + mask.text();
    }

    @Override
    public KeyRef openingKey(KeyName name) {
        return KeyRef.privateKey(name.label(), name.id());
    }

    @Override
    public byte[] wrap(Connection connection, KeyName name, byte[] secret, byte[] binding) {
        byte[] plaintext = Arrays.copyOf(digest(binding), DIGEST_BYTES + secret.length);
        System.arraycopy(secret, 0, plaintext, DIGEST_BYTES, secret.length);
        try {
            return local ? LocalOaep.encrypt(connection, name, this, plaintext) : encrypt(connection, name, plaintext);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private byte[] encrypt(Connection connection, KeyName name, byte[] plaintext) {
        long key = connection.handle(KeyRef.publicKey(name.label(), name.id()));
        Mechanism mechanism = hash.mechanism(mask);
        return connection.with(session -> session.module()
                .crypto()
                .encrypt(session.handle(), mechanism, key, plaintext)
                .ciphertext());
    }

    @Override
    public byte[] unwrap(Connection connection, KeyName name, byte[] blob, byte[] binding) {
        long key = connection.handle(openingKey(name));
        Mechanism mechanism = hash.mechanism(mask);
        byte[] plaintext =
                connection.with(session -> session.module().crypto().decrypt(session.handle(), mechanism, key, blob));
        try {
            boolean bound = plaintext.length >= DIGEST_BYTES
                    && MessageDigest.isEqual(Arrays.copyOf(plaintext, DIGEST_BYTES), digest(binding));
            if (!bound) {
                throw Blob.refused();
            }
            return Arrays.copyOfRange(plaintext, DIGEST_BYTES, plaintext.length);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static byte[] digest(byte[] binding) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(binding);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
