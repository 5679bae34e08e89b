package io.casemate.engine.pki.store;

import io.casemate.crypto.KeyKind;
import java.security.PublicKey;
import java.util.Optional;

/**
 * A CA key, without its secret.
 *
 * @param name given by the operator, or empty
 * @param managedName the key's name in the HSM; empty for a key that lies behind the barrier
 */
public record KeyEntry(String id, String name, KeyKind kind, Optional<String> managedName, PublicKey publicKey) {}
