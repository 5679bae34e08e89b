package io.casemate.hsm;

/**
 * A way to wrap with a key of a token. The name is stored in each blob and says all there is to know to open it; see
 * docs/formats/wrapped-root-key.md.
 */
sealed interface WrappingProfile permits GcmProfile, CbcHmacProfile, OaepProfile {
    /** Stored in the blob, and part of what the blob is bound to. */
    String name();

    /** The class and name of the key that opens. */
    KeyRef openingKey(KeyName name);

    /** Wraps {@code secret}, bound to {@code binding}. */
    byte[] wrap(Connection connection, KeyName name, byte[] secret, byte[] binding);

    /** Opens; fails with {@code DATA} or with whatever the token says about data it does not open. */
    byte[] unwrap(Connection connection, KeyName name, byte[] blob, byte[] binding);
}
