package io.casemate.seal;

import io.casemate.kernel.SecretBytes;
import java.util.Optional;

/** The seam for a device or a service that wraps and unwraps without a person present. Safe for concurrent use. */
public non-sealed interface AutoSeal extends Seal {
    /**
     * Wraps a key, bound to {@code context}.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}, whose problem says who may try again
     */
    WrappedKey wrap(SecretBytes key, KeyContext context);

    /**
     * Opens what {@link #wrap} made under the same context; the caller wipes the result.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    SecretBytes unwrap(WrappedKey wrapped, KeyContext context);

    /** What is wrong with the device, as far as that shows without any credential; empty when nothing does. Never throws. */
    Optional<String> trouble();

    /**
     * A human with the authority to do so has asked to try again: a credential that was refused may be used once more. Without
     * this, every call after a refusal fails at once and does not use it.
     */
    void approveRetry();
}
