package io.casemate.crypto;

import io.casemate.kernel.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.function.Consumer;

/** A key pair in this process's memory. Prints as its kind only. */
public final class SoftwareSigner implements Signer {
    private final KeyKind kind;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final SecureRandom random;

    SoftwareSigner(KeyKind kind, PrivateKey privateKey, PublicKey publicKey, SecureRandom random) {
        this.kind = kind;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.random = random;
    }

    @Override
    public KeyKind kind() {
        return kind;
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) {
        return sign(algorithm, use -> use.accept(message));
    }

    @Override
    public byte[] sign(String algorithm, Message message) {
        try {
            Signature signature = Signatures.of(algorithm);
            signature.initSign(privateKey, random);
            message.each(piece -> Signatures.update(signature, piece));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(algorithm + " does not fit a key of kind " + kind, e);
        }
    }

    /** The private key as PKCS#8 DER (RFC 5958 version 0); the caller owns and closes it. */
    public SecretBytes pkcs8() {
        return SecretBytes.owning(privateKey.getEncoded());
    }

    /** Shows the PKCS#8 DER to {@code use}, which must not keep it: the array is wiped when this returns. */
    public void lendPkcs8(Consumer<byte[]> use) {
        try (SecretBytes pkcs8 = pkcs8()) {
            use.accept(pkcs8.expose());
        }
    }

    @Override
    public String toString() {
        return "SoftwareSigner[" + kind + "]";
    }
}
