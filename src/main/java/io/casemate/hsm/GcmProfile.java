package io.casemate.hsm;

import io.casemate.hsm.jna.CryptoFunctions.Encrypted;
import io.casemate.hsm.jna.Mechanism;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** AES-GCM with a 128-bit tag; the binding is the additional data. */
record GcmProfile(Iv source, SecureRandom random) implements WrappingProfile {
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;

    /** Who makes the initialisation vector. */
    enum Iv {
        /** We do: 96 random bits. */
        APP("aes-gcm:iv=app"),
        /** The token does, writing it over the zeros we give it (CloudHSM). */
        TOKEN("aes-gcm:iv=token"),
        /** The token does, and puts it behind the tag (Luna in FIPS mode). */
        APPENDED("aes-gcm:iv=appended");

        private final String profile;

        Iv(String profile) {
            this.profile = profile;
        }
    }

    @Override
    public String name() {
        return source.profile;
    }

    @Override
    public KeyRef openingKey(KeyName name) {
        return KeyRef.secret(name.label(), name.id());
    }

    @Override
    public byte[] wrap(Connection connection, KeyName name, byte[] secret, byte[] binding) {
        byte[] iv = new byte[IV_BYTES];
        if (source == Iv.APP) {
            random.nextBytes(iv);
        }
        long key = connection.handle(openingKey(name));
        Encrypted made = connection.with(session ->
                session.module().crypto().encrypt(session.handle(), new Mechanism.Gcm(iv, binding), key, secret));
        return blob(made, iv, secret.length).encode();
    }

    private Blob blob(Encrypted made, byte[] iv, int secretLength) {
        int body = secretLength + TAG_BYTES;
        return switch (source) {
            case APP -> new Blob(iv, exactly(made.ciphertext(), body));
            case TOKEN -> new Blob(fresh(made.iv()), exactly(made.ciphertext(), body));
            case APPENDED -> {
                byte[] all = made.ciphertext();
                if (all.length <= body) {
                    throw noIv();
                }
                yield new Blob(fresh(Arrays.copyOfRange(all, body, all.length)), Arrays.copyOf(all, body));
            }
        };
    }

    /** Zeros mean that the token used our zeros: a second use of them would give the key away. */
    private static byte[] fresh(byte[] iv) {
        if (MessageDigest.isEqual(iv, new byte[iv.length])) {
            throw noIv();
        }
        return iv;
    }

    private static byte[] exactly(byte[] ciphertext, int length) {
        if (ciphertext.length != length) {
            throw HsmFailures.setup(
                    "UNEXPECTED_LENGTH", "C_Encrypt", "the token's AES-GCM output is not ciphertext and 16-byte tag");
        }
        return ciphertext;
    }

    private static io.casemate.kernel.FaultException noIv() {
        return HsmFailures.setup("NO_IV", "C_Encrypt", "the token did not make an initialisation vector of its own");
    }

    @Override
    public byte[] unwrap(Connection connection, KeyName name, byte[] blob, byte[] binding) {
        Blob parts = Blob.decode(blob, TAG_BYTES);
        long key = connection.handle(openingKey(name));
        return connection.with(session -> session.module()
                .crypto()
                .decrypt(session.handle(), new Mechanism.Gcm(parts.iv(), binding), key, parts.rest()));
    }
}
