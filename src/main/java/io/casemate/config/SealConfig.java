package io.casemate.config;

import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.WrappingKeySettings;

/** One seal: what wraps the root key. */
public sealed interface SealConfig {
    /** Tells seals apart in stored records; stays the same for a seal's life. */
    String name();

    /** A key in a PKCS#11 token unseals by itself. */
    record Pkcs11(String name, HsmSettings hsm, WrappingKeySettings key) implements SealConfig {}

    /** Humans unseal with their shares. */
    record Shamir(String name) implements SealConfig {}
}
