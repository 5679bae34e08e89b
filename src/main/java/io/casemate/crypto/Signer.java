package io.casemate.crypto;

import java.security.PublicKey;

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
     *     {@code SHA256withRSA} (and 384, 512), {@code Ed25519}
     * @param message the whole message, not its hash
     * @return the signature as X.509 carries it: ECDSA is DER {@code SEQUENCE { r, s }}, RSA and Ed25519 are raw
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when the token is away or refuses
     */
    byte[] sign(String algorithm, byte[] message);
}
