package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seeds from two sources, by HKDF-SHA-512 (RFC 5869): whoever knows one of them and not the other knows nothing of the seed.
 * The HSM's part is a tested block of {@value NoiseHealth#BLOCK_BYTES} bytes, drawn anew for each seed; the kernel's is 64
 * bytes and never left out.
 */
public final class MixedSeed {
    private static final System.Logger LOG = System.getLogger("casemate.crypto");
    private static final byte[] SALT = "casemate key birth 1".getBytes(StandardCharsets.US_ASCII);
    private static final int KERNEL_BYTES = 64;

    private final NoiseHealth health = new NoiseHealth();
    private final NoiseSource hsm;
    private final SecureRandom kernel;
    private final boolean required;

    /**
     * Draws nothing yet.
     *
     * @param required no seed without a good block of the HSM; else the kernel's part alone has to do, with a warning
     */
    public MixedSeed(NoiseSource hsm, SecureRandom kernel, boolean required) {
        this.hsm = hsm;
        this.kernel = kernel;
        this.required = required;
    }

    /** A pseudorandom key, for one birth. */
    SecretKey draw() {
        byte[] block = new byte[NoiseHealth.BLOCK_BYTES];
        byte[] own = new byte[KERNEL_BYTES];
        try {
            kernel.nextBytes(own);
            HKDFParameterSpec.Builder builder =
                    HKDFParameterSpec.ofExtract().addSalt(SALT).addIKM(own);
            if (good(block)) {
                builder.addIKM(block);
            }
            return KDF.getInstance("HKDF-SHA512").deriveKey("Generic", builder.extractOnly());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 25 has HKDF-SHA512", e);
        } finally {
            Arrays.fill(block, (byte) 0);
            Arrays.fill(own, (byte) 0);
        }
    }

    private boolean good(byte[] block) {
        Optional<FaultException> trouble = fill(block);
        if (trouble.isEmpty()) {
            return true;
        }
        if (required) {
            throw trouble.get();
        }
        LOG.log(
                Level.WARNING,
                "a key is made of the kernel''s random numbers alone: {0}",
                trouble.get().getMessage());
        return false;
    }

    private Optional<FaultException> fill(byte[] block) {
        try {
            hsm.fill(block);
        } catch (FaultException e) {
            return Optional.of(e);
        }
        return health.fault(block).map(MixedSeed::unhealthy);
    }

    private static FaultException unhealthy(String what) {
        Fault fault = new HsmFailed(
                "RNG_UNHEALTHY",
                "C_GenerateRandom",
                HsmProblem.SETUP,
                "the HSM's random number generator has failed: " + what
                        + "; nothing of it was used. Have the HSM checked, or set entropy.hsm to off");
        return fault.asException();
    }
}
