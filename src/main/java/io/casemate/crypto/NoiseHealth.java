package io.casemate.crypto;

import java.math.BigDecimal;
import java.math.MathContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The health tests of NIST SP 800-90B, 4.4, on blocks of a noise source, a sample being a byte: the repetition count test and
 * the adaptive proportion test, both with false alarms once in 2^30 samples, and besides that a block must not be the one
 * before it again. They find a source that has failed, not one that is weak: what an HSM hands out is conditioned already.
 */
public final class NoiseHealth {
    /** Bytes of a block: two windows, and as many samples as the standard wants at a start (4.3, requirement 10). */
    public static final int BLOCK_BYTES = 1024;

    /** Bits of entropy that a byte is assumed to have at least. */
    static final int ENTROPY = 4;

    static final int WINDOW = 512;
    private static final int FALSE_ALARM_BITS = 30;
    private static final int REPETITIONS = repetitionCutoff(ENTROPY);
    private static final int PROPORTION = proportionCutoff(ENTROPY);

    private byte[] last = {};
    private int repeated;
    private int sample = -1;

    /** What is wrong with the block; empty when nothing is. Knows the blocks before. */
    public synchronized Optional<String> fault(byte[] block) {
        if (block.length != BLOCK_BYTES) {
            throw new IllegalArgumentException("a block has " + BLOCK_BYTES + " bytes");
        }
        byte[] digest = sha256(block);
        boolean again = MessageDigest.isEqual(last, digest);
        last = digest;
        boolean stuck = repeats(block);
        boolean uneven = uneven(block, 0) || uneven(block, WINDOW);
        if (again) {
            return Optional.of("it gave the same " + BLOCK_BYTES + " bytes twice");
        }
        if (stuck) {
            return Optional.of("it gave the same byte " + REPETITIONS + " times in a row (repetition count test)");
        }
        return uneven
                ? Optional.of("it gave the same byte " + PROPORTION + " times within " + WINDOW
                        + " (adaptive proportion test)")
                : Optional.empty();
    }

    private static byte[] sha256(byte[] block) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(block);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 4.4.1; runs may go from one block to the next. */
    private boolean repeats(byte[] block) {
        boolean failed = false;
        for (byte next : block) {
            repeated = next == sample ? repeated + 1 : 1;
            sample = next;
            failed |= repeated >= REPETITIONS;
        }
        return failed;
    }

    /** 4.4.2: how often the first sample of the window comes in it. */
    private static boolean uneven(byte[] block, int from) {
        int count = 0;
        for (byte next : Arrays.copyOfRange(block, from, from + WINDOW)) {
            count += next == block[from] ? 1 : 0;
        }
        return count >= PROPORTION;
    }

    /** 1 + ceil(-log2(alpha) / H). */
    static int repetitionCutoff(int entropy) {
        return 1 + Math.ceilDiv(FALSE_ALARM_BITS, entropy);
    }

    /** 1 + critbinom(W, 2^-H, 1 - alpha), worked out exactly enough: the tail is summed from its thin end. */
    static int proportionCutoff(int entropy) {
        MathContext precision = new MathContext(60);
        BigDecimal p = BigDecimal.ONE.divide(BigDecimal.TWO.pow(entropy), precision);
        BigDecimal q = BigDecimal.ONE.subtract(p);
        BigDecimal alpha = BigDecimal.ONE.divide(BigDecimal.TWO.pow(FALSE_ALARM_BITS), precision);
        BigDecimal term = p.pow(WINDOW, precision);
        BigDecimal tail = term;
        int count = WINDOW;
        while (tail.compareTo(alpha) <= 0) {
            term = term.multiply(BigDecimal.valueOf(count), precision)
                    .multiply(q, precision)
                    .divide(BigDecimal.valueOf(WINDOW - count + 1L).multiply(p, precision), precision);
            count--;
            tail = tail.add(term, precision);
        }
        return 1 + count;
    }
}
