package io.casemate.crypto;

/** Something else than the kernel that makes random numbers, such as an HSM. */
@FunctionalInterface
public interface NoiseSource {
    /**
     * Fills {@code out}.
     *
     * @throws io.casemate.kernel.FaultException when it cannot
     */
    void fill(byte[] out);
}
