package io.casemate.core;

import io.casemate.kernel.SecretBytes;
import io.casemate.seal.Shamir;
import java.security.SecureRandom;

/** New keys for ceremonies. */
final class Keys {
    private Keys() {}

    /** 32 random bytes; the caller wipes them. */
    static SecretBytes random(SecureRandom random) {
        byte[] key = new byte[Shamir.KEY_BYTES];
        random.nextBytes(key);
        return SecretBytes.owning(key);
    }
}
