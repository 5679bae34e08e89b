package io.casemate.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** The random numbers of one birth: HKDF-Expand of a mixed seed, with a counter and fresh bytes of the kernel in each step. */
final class BirthRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private static final int STEP_BYTES = 4096;
    private static final int FRESH_BYTES = 32;

    private final transient SecureRandom kernel;
    private final transient SecretKey seed;
    private long steps;

    BirthRandom(SecureRandom kernel, SecretKey seed) {
        super(null, null);
        this.kernel = kernel;
        this.seed = seed;
    }

    @Override
    public synchronized void nextBytes(byte[] bytes) {
        for (int at = 0; at < bytes.length; at += STEP_BYTES) {
            byte[] step = step(Math.min(STEP_BYTES, bytes.length - at));
            System.arraycopy(step, 0, bytes, at, step.length);
            Arrays.fill(step, (byte) 0);
        }
    }

    private byte[] step(int length) {
        byte[] fresh = new byte[FRESH_BYTES];
        kernel.nextBytes(fresh);
        byte[] info = ByteBuffer.allocate(Long.BYTES + FRESH_BYTES)
                .putLong(++steps)
                .put(fresh)
                .array();
        try {
            return KDF.getInstance("HKDF-SHA512").deriveData(HKDFParameterSpec.expandOnly(seed, info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA512", e);
        } finally {
            Arrays.fill(fresh, (byte) 0);
            Arrays.fill(info, (byte) 0);
        }
    }

    @Override
    public byte[] generateSeed(int count) {
        byte[] made = new byte[count];
        nextBytes(made);
        return made;
    }

    @Override
    public String getAlgorithm() {
        return "HKDF-SHA512";
    }
}
