package io.casemate.crypto;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Optional;
import java.util.function.Consumer;

/** A private key that can be used but not read, in software or on a token. Safe for concurrent use. */
public interface Signer {
    /** What the key is. */
    KeyKind kind();

    /** The public half. */
    PublicKey publicKey();

    /**
     * Signs with the key.
     *
     * @param algorithm a JCA name: {@code SHA256withECDSA}, {@code SHA384withECDSA}, {@code SHA512withECDSA},
     *     {@code SHA256withRSA} and {@code SHA256withRSAandMGF1} (both also 384, 512), {@code Ed25519}, {@code ML-DSA}
     * @param message the whole message, not its hash
     * @return the signature as X.509 carries it: ECDSA is DER {@code SEQUENCE { r, s }}, all others are raw
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when the token is away or refuses
     */
    byte[] sign(String algorithm, byte[] message);

    /**
     * The same for a message that is too long to be held at once, unless {@code algorithm} needs it whole: Ed25519 and ML-DSA do. A token
     * is given the hash.
     */
    default byte[] sign(String algorithm, Message message) {
        Optional<MessageDigest> hash = hash(algorithm);
        if (hash.isPresent()) {
            message.each(hash.get()::update);
            return sign(HASHED + algorithm, hash.get().digest());
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        message.each(whole::writeBytes);
        return sign(algorithm, whole.toByteArray());
    }

    /** Before an algorithm's name: what is given in place of the message is its hash. For keys on a token. */
    String HASHED = "hashed:";

    /** A long message, shown a piece at a time, in order. */
    @FunctionalInterface
    interface Message {
        /** Shows all pieces to {@code use}. */
        void each(Consumer<byte[]> use);
    }

    private static Optional<MessageDigest> hash(String algorithm) {
        int with = algorithm.indexOf("with");
        try {
            return with < 0
                    ? Optional.empty()
                    : Optional.of(MessageDigest.getInstance(
                            algorithm.substring(0, with).replace("SHA", "SHA-")));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no signature algorithm: " + algorithm, e);
        }
    }
}
