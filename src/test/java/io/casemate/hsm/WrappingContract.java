package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.CONTEXT;
import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.Fault.HsmProblem;
import java.nio.charset.StandardCharsets;

/** What a wrapping key does on every token. */
final class WrappingContract {
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

    static Wrapped with(Wrapped wrapped, byte[] ciphertext) {
        return new Wrapped(wrapped.profile(), wrapped.keyLabel(), wrapped.keyId(), wrapped.token(), ciphertext);
    }
}
