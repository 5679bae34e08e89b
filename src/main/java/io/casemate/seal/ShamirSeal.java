package io.casemate.seal;

import io.casemate.crypto.Aead;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** People hold shares of an unseal key, and that key wraps the root key: new shares later need no new root key. */
public final class ShamirSeal implements Seal {
    /** The API's word for it, and its name among the stored wraps. */
    public static final String TYPE = "shamir";

    private final SecureRandom random;

    public ShamirSeal(SecureRandom random) {
        this.random = random;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String name() {
        return TYPE;
    }

    /** Wraps under the unseal key, bound to {@code context}, and opens the result before it is answered. */
    public WrappedKey wrapTested(SecretBytes key, SecretBytes unsealKey, KeyContext context) {
        return wrapTested(TYPE, key, unsealKey, context);
    }

    /** The same, to be found under another name. */
    public WrappedKey wrapTested(String name, SecretBytes key, SecretBytes unsealKey, KeyContext context) {
        WrappedKey wrapped = wrap(name, key, unsealKey, context);
        try (SecretBytes opened = unwrap(wrapped, unsealKey, context).orElse(SecretBytes.copyOf(new byte[0]))) {
            return wrapped.proven(opened, key);
        }
    }

    /** Splits a key for devices; the caller wipes the shares. */
    List<SecretBytes> split(SecretBytes key, int shares, int quorum) {
        return Shamir.split(key, shares, quorum, random);
    }

    private WrappedKey wrap(String name, SecretBytes key, SecretBytes unsealKey, KeyContext context) {
        try (Aead aead = new Aead(unsealKey, random)) {
            byte[] ciphertext = aead.seal(key.expose(), context.bytes());
            return new WrappedKey(name, TYPE, "aes-256-gcm", "", "", "", ciphertext);
        }
    }

    /** The same for the one in {@code keys} that shares wrapped; empty, too, when there is none. */
    public Optional<SecretBytes> unwrap(List<WrappedKey> keys, SecretBytes unsealKey, KeyContext context) {
        return keys.stream()
                .filter(key -> key.seal().equals(TYPE) && key.type().equals(TYPE))
                .findFirst()
                .flatMap(key -> unwrap(key, unsealKey, context));
    }

    /** The key, which the caller wipes; empty when the unseal key is not the right one. */
    public Optional<SecretBytes> unwrap(WrappedKey wrapped, SecretBytes unsealKey, KeyContext context) {
        if (unsealKey.length() != Aead.KEY_BYTES) {
            return Optional.empty();
        }
        try (Aead aead = new Aead(unsealKey, random)) {
            return aead.open(wrapped.ciphertext(), 0, context.bytes()).map(SecretBytes::owning);
        }
    }
}
