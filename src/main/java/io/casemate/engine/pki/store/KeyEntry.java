package io.casemate.engine.pki.store;

import io.casemate.crypto.KeyKind;
import java.security.PublicKey;
import java.util.Optional;

/**
 * A CA key, without its secret.
 *
 * @param name given by the operator, or empty
 * @param managed where it is in an HSM; empty for a key that lies behind the barrier
 */
public record KeyEntry(String id, String name, KeyKind kind, Optional<Managed> managed, PublicKey publicKey) {
    /**
     * A key in an HSM.
     *
     * @param name the registered name, or the label of a key that the engine made for itself
     * @param id of the registration; empty for a key that the engine made for itself
     */
    public record Managed(String name, String id) {}
}
