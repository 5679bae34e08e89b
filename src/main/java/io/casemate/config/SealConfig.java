package io.casemate.config;

import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.WrappingKeySettings;
import java.nio.file.Path;

/** One seal: what wraps the root key. */
public sealed interface SealConfig {
    /** Tells seals apart in stored records; stays the same for a seal's life. */
    String name();

    /** May open what it wrapped, wraps nothing more: on its way out. */
    boolean disabled();

    /**
     * A key in a PKCS#11 token unseals by itself.
     *
     * @param priority the smaller number is asked first
     * @param pin where the PIN is that {@code hsm} asks for
     */
    record Pkcs11(
            String name,
            int priority,
            boolean disabled,
            HsmSettings hsm,
            SecretReference pin,
            WrappingKeySettings key,
            Isolation isolation)
            implements SealConfig {}

    /** Humans unseal with their shares. */
    record Shamir(String name, boolean disabled) implements SealConfig {}

    /** Where the vendor's library runs, and so what its crash costs. */
    sealed interface Isolation {
        /** In a process that the server starts. */
        record OwnProcess() implements Isolation {}

        /** In a process that somebody else runs, behind a Unix socket. */
        record Unit(Path socket) implements Isolation {}

        /** In the server. */
        record None() implements Isolation {}
    }
}
