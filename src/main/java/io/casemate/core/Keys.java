package io.casemate.core;

import io.casemate.crypto.KeyRandom;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.Shamir;
import java.security.SecureRandom;

/** New keys for ceremonies. */
final class Keys {
    private Keys() {}

    /** 32 random bytes, the HSM's mixed in where that was asked for; the caller wipes them. */
    static SecretBytes random(SecureRandom random) {
        byte[] key = new byte[Shamir.KEY_BYTES];
        KeyRandom.birth(random).nextBytes(key);
        return SecretBytes.owning(key);
    }
}
