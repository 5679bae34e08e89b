package io.casemate.core;

import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;

/** A new root key at an operator's word, where devices wrap it: no shares are needed, and none change. */
public final class RootKeyRotation {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final SealParts parts;
    private final BarrierOpener opener;

    /** Works on the parts of {@code unsealer}. */
    public RootKeyRotation(SealParts parts, Unsealer unsealer) {
        this.parts = parts;
        this.opener = unsealer.opener();
    }

    /**
     * Makes it and a new data key, wraps it under every device, and seals the keyring anew, in one durable step.
     *
     * @throws FaultException {@code BadRequest} where people unseal; what the devices answered
     */
    public void rotate() {
        opener.ceremony().lock();
        try {
            opener.requireOpen();
            new RootKeyChange(parts, opener.records()).rotate();
            parts.records().forgetPrevious();
            LOG.log(Level.WARNING, "the root key was replaced");
        } finally {
            opener.ceremony().unlock();
        }
    }
}
