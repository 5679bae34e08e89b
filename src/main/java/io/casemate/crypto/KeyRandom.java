package io.casemate.crypto;

import java.security.SecureRandom;

/**
 * The kernel's random numbers, and for the birth of long-lived keys the kernel's mixed with an HSM's: whoever makes such a
 * key draws it from {@link #birth} and knows nothing of the HSM.
 */
public final class KeyRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient SecureRandom kernel;
    private final transient MixedSeed seed;

    /**
     * As a {@code SecureRandom} it is {@code kernel}.
     *
     * @param seed what is mixed in at births
     */
    public KeyRandom(SecureRandom kernel, MixedSeed seed) {
        super(null, null);
        this.kernel = kernel;
        this.seed = seed;
    }

    /**
     * Random numbers for one key, or for a few that are born together; {@code random} itself when nothing is mixed in.
     *
     * @throws io.casemate.kernel.FaultException when the HSM's part is required and cannot be had
     */
    public static SecureRandom birth(SecureRandom random) {
        return random instanceof KeyRandom keys ? new BirthRandom(keys.kernel, keys.seed.draw()) : random;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        kernel.nextBytes(bytes);
    }

    @Override
    public byte[] generateSeed(int count) {
        return kernel.generateSeed(count);
    }

    @Override
    public String getAlgorithm() {
        return kernel.getAlgorithm();
    }
}
