package io.casemate.hsm;

import io.casemate.kernel.SecretBytes;

/** A key on the token that wraps short secrets and cannot leave it. Safe for concurrent use. */
public interface WrappingKey {
    /**
     * Wraps, bound to {@code context}: another context does not open it.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    Wrapped wrap(SecretBytes secret, byte[] context);

    /**
     * Opens what {@link #wrap} made, also by an older profile of the same token.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}; {@code DATA} when the blob or context is not right
     */
    SecretBytes unwrap(Wrapped wrapped, byte[] context);

    /**
     * A wrapped secret that says how it was wrapped, so that opening it never guesses.
     *
     * @param profile mechanism and parameters, as documented in docs/formats/wrapped-root-key.md
     * @param keyLabel {@code CKA_LABEL} of the key
     * @param keyId {@code CKA_ID} of the key in hex, may be empty
     * @param token identity of the token: label and serial
     */
    record Wrapped(String profile, String keyLabel, String keyId, String token, byte[] ciphertext) {}
}
