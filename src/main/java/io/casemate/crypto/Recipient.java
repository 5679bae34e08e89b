package io.casemate.crypto;

import io.casemate.kernel.SecretBytes;

/**
 * Somebody to whom a secret is handed encrypted: only the holder of the private key reads it. Made by {@link Recipients},
 * which refuses keys that cannot or should not be encrypted to, so that {@link #encrypt} does not fail later.
 */
public sealed interface Recipient permits PgpRecipient, AgeRecipient, CertificateRecipient {
    /**
     * Names the key, for people to compare: the OpenPGP fingerprint in lower-case hex as Vault shows it, an {@code age1...}
     * recipient itself, or {@code x509-sha256:} and the certificate's SHA-256 in lower-case hex.
     */
    String fingerprint();

    /** {@code secret} encrypted, in the binary form of the recipient's kind: an OpenPGP message, an age file, CMS in DER. */
    byte[] encrypt(SecretBytes secret);
}
