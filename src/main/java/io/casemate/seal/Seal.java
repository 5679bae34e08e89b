package io.casemate.seal;

/** Guards the root key at rest. Exactly two kinds exist: people hold shares, or a device holds a key. */
public sealed interface Seal permits ShamirSeal, AutoSeal {
    /** The API's word for it: {@code shamir}, {@code pkcs11}. */
    String type();

    /** Its name in the configuration, by which it finds its own wrapped keys. */
    String name();
}
