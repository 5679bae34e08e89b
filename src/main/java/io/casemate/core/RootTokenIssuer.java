package io.casemate.core;

import io.casemate.kernel.SecretBytes;

/** Makes root tokens, and takes back one that could not be handed out. */
public interface RootTokenIssuer {
    /** A new one, stored; the caller wipes it. */
    SecretBytes create();

    /** Ends {@code token}. */
    void revoke(SecretBytes token);
}
