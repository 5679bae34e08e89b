package io.casemate.core;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import java.util.List;
import java.util.Optional;

/**
 * The wraps that emergency shares open, without any device. Their key lies in the barrier, too, so that they follow a new root
 * key or recovery key without people; whoever reads it there has all that it protects.
 */
final class EmergencySeal {
    /** The name under which its wraps are found; no configured seal has it, as its type is another. */
    static final String NAME = "emergency";
    /** Its record in the keyring store: shares and threshold. Absent when there are no emergency shares. */
    static final String RECORD = "core/emergency-seal";

    private static final String KEY = "emergency-key";

    private final SealParts parts;
    private final View view;

    EmergencySeal(SealParts parts) {
        this.parts = parts;
        this.view = parts.barrier().view(Request.ROOT_NAMESPACE + "/seal/");
    }

    /** How many shares there are and how many are needed; empty when there are none. */
    Optional<SealConfiguration> configuration() {
        return parts.records().read(RECORD).map(SealConfiguration::decode);
    }

    /** The key from the barrier, which the caller wipes. */
    SecretBytes key() {
        return view.get(KEY)
                .map(SecretBytes::owning)
                .orElseThrow(() -> new Fault.StorageFailed(
                                StorageProblem.CORRUPT, "the key of the emergency shares is missing; remove them")
                        .asException());
    }

    /** Keeps the key in the barrier. */
    void keep(byte[] key) {
        view.put(KEY, key);
    }

    /** Forgets it. */
    void forget() {
        view.delete(KEY);
    }

    /** Wraps, and opens again what was wrapped. */
    WrappedKey wrap(SecretBytes secret, SecretBytes key, KeyContext context) {
        return parts.seals().people().wrapTested(NAME, secret, key, context);
    }

    /** {@code wrapped}, and beside them a wrap of the same secret for emergency shares, when there are such shares. */
    KeyWraps beside(KeyWraps wrapped, SecretBytes secret, KeyContext context) {
        if (configuration().isEmpty()) {
            return wrapped;
        }
        try (SecretBytes key = key()) {
            return wrapped.with(wrap(secret, key, context));
        }
    }

    /** The one in {@code keys} that emergency shares open; empty when there is none or the key is wrong. */
    Optional<SecretBytes> open(List<WrappedKey> keys, SecretBytes key, KeyContext context) {
        ShamirSeal people = parts.seals().people();
        return keys.stream()
                .filter(EmergencySeal::made)
                .findFirst()
                .flatMap(wrapped -> people.unwrap(wrapped, key, context));
    }

    /** Whether it is one of these wraps. */
    static boolean made(WrappedKey wrapped) {
        return wrapped.seal().equals(NAME) && wrapped.type().equals(ShamirSeal.TYPE);
    }
}
