package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;

/** What a wrapping key does on every token. */
final class WrappingContract {
    static final byte[] SECRET = "a root key of thirty-two bytes!!".getBytes(StandardCharsets.UTF_8);
    static final byte[] CONTEXT = "this server".getBytes(StandardCharsets.UTF_8);

    private WrappingContract() {}

    /** It opens what it wrapped, also by another login, and nothing that was changed, cut off or meant for others. */
    static void opensItsOwnAndNothingElse(TestToken token, WrappingKeySettings settings) {
        WrappingKey key = token.hsm().wrappingKey(settings);
        Wrapped wrapped = wrap(key);

        assertOpens(key, wrapped);
        assertOpens(token.open(token.settings()).wrappingKey(settings), wrapped);
        WrappingKeyTest.assertProblem(
                HsmProblem.DATA, () -> key.unwrap(wrapped, "another server".getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < wrapped.ciphertext().length; i += 1 + wrapped.ciphertext().length / 20) {
            byte[] changed = wrapped.ciphertext().clone();
            changed[i] ^= 4;
            WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> key.unwrap(with(wrapped, changed), CONTEXT));
        }
        for (int length : new int[] {0, 1, 13, wrapped.ciphertext().length - 1}) {
            byte[] cut = java.util.Arrays.copyOf(wrapped.ciphertext(), length);
            WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> key.unwrap(with(wrapped, cut), CONTEXT));
        }
        assertOpens(key, wrapped);
    }

    static Wrapped wrap(WrappingKey key) {
        try (SecretBytes secret = SecretBytes.copyOf(SECRET)) {
            return key.wrap(secret, CONTEXT);
        }
    }

    static void assertOpens(WrappingKey key, Wrapped wrapped) {
        try (SecretBytes opened = key.unwrap(wrapped, CONTEXT)) {
            assertArrayEquals(SECRET, opened.expose());
        }
    }

    static Wrapped with(Wrapped wrapped, byte[] ciphertext) {
        return new Wrapped(wrapped.profile(), wrapped.keyLabel(), wrapped.keyId(), wrapped.token(), ciphertext);
    }
}
