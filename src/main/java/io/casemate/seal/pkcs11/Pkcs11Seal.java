package io.casemate.seal.pkcs11;

import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmHealth;
import io.casemate.hsm.WrappingKey;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.KeyContext;
import io.casemate.seal.WrappedKey;
import java.util.Optional;

/** Wraps keys under one that cannot leave an HSM. */
public final class Pkcs11Seal implements AutoSeal {
    private final String name;
    private final WrappingKey key;
    private final Hsm hsm;

    /**
     * A seal on a token's key.
     *
     * @param name as configured; {@code pkcs11} when there is one seal only
     * @param hsm the token that has the key
     */
    public Pkcs11Seal(String name, WrappingKey key, Hsm hsm) {
        this.name = name;
        this.key = key;
        this.hsm = hsm;
    }

    @Override
    public String type() {
        return "pkcs11";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public WrappedKey wrap(SecretBytes secret, KeyContext context) {
        WrappingKey.Wrapped made = key.wrap(secret, context.bytes());
        return new WrappedKey(
                name, type(), made.profile(), made.keyLabel(), made.keyId(), made.token(), made.ciphertext());
    }

    @Override
    public SecretBytes unwrap(WrappedKey wrapped, KeyContext context) {
        WrappingKey.Wrapped made = new WrappingKey.Wrapped(
                wrapped.profile(), wrapped.keyLabel(), wrapped.keyId(), wrapped.token(), wrapped.ciphertext());
        return key.unwrap(made, context.bytes());
    }

    @Override
    public Optional<String> trouble() {
        HsmHealth health = hsm.health();
        if (!health.reachable()) {
            return Optional.of(health.lastError().isEmpty() ? "the token does not answer" : health.lastError());
        }
        return switch (health.pin()) {
            case REFUSED -> Optional.of("the PIN was refused and is not tried again before a human corrects it");
            case LOCKED -> Optional.of("the PIN is locked; the HSM's security officer has to reset it");
            case FINAL_TRY -> Optional.of("one more wrong PIN locks the token, so no login is tried");
            case NOT_SET -> Optional.of("the token has no user PIN yet");
            case UNKNOWN, FINE, COUNT_LOW -> Optional.empty();
        };
    }

    @Override
    public void approveRetry() {
        hsm.pinCorrected();
    }
}
