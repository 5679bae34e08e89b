package io.casemate.seal.pkcs11;

import io.casemate.hsm.WrappingKey;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.KeyContext;
import io.casemate.seal.WrappedKey;

/** Wraps keys under one that cannot leave an HSM. */
public final class Pkcs11Seal implements AutoSeal {
    private final String name;
    private final WrappingKey key;
    private final Runnable pinCorrected;

    /**
     * A seal on a token's key.
     *
     * @param name as configured; {@code pkcs11} when there is one seal only
     * @param pinCorrected tells the HSM's owner that a PIN that was refused may be tried once more
     */
    public Pkcs11Seal(String name, WrappingKey key, Runnable pinCorrected) {
        this.name = name;
        this.key = key;
        this.pinCorrected = pinCorrected;
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
    public void approveRetry() {
        pinCorrected.run();
    }
}
