package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoiseHealthTest {
    private final NoiseHealth health = new NoiseHealth();

    /** 325 is the figure that the kernel's jitter source derives from the standard for one bit, 512 samples and 2^-30. */
    @Test
    void cutoffs_are_those_of_the_standard() {
        assertEquals(31, NoiseHealth.repetitionCutoff(1));
        assertEquals(9, NoiseHealth.repetitionCutoff(4));
        assertEquals(5, NoiseHealth.repetitionCutoff(8));
        assertEquals(325, NoiseHealth.proportionCutoff(1));
        assertEquals(71, NoiseHealth.proportionCutoff(4));
        assertEquals(16, NoiseHealth.proportionCutoff(8));
    }

    @Test
    void good_noise_passes() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            assertEquals(Optional.empty(), health.fault(block(random)));
        }
    }

    @Test
    void eight_in_a_row_pass_and_nine_do_not() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] block = block(random);
        run(block, 100, 8);
        assertEquals(Optional.empty(), health.fault(block));
        block = block(random);
        run(block, 100, 9);
        assertTrue(health.fault(block).orElseThrow().contains("repetition count"));
    }

    @Test
    void a_run_goes_on_into_the_next_block() {
        SplittableRandom random = new SplittableRandom(3);
        byte[] first = block(random);
        run(first, NoiseHealth.BLOCK_BYTES - 5, 5);
        byte[] second = block(random);
        run(second, 0, 4);
        assertEquals(Optional.empty(), health.fault(first));
        assertTrue(health.fault(second).orElseThrow().contains("repetition count"));
    }

    @Test
    void a_byte_may_come_70_times_in_a_window_and_not_71() {
        for (int window : new int[] {0, NoiseHealth.WINDOW}) {
            assertEquals(Optional.empty(), new NoiseHealth().fault(uneven(window, 70)));
            assertTrue(new NoiseHealth().fault(uneven(window, 71)).orElseThrow().contains("adaptive proportion"));
        }
    }

    @Test
    void a_stuck_or_repeating_source_fails() {
        assertTrue(health.fault(new byte[NoiseHealth.BLOCK_BYTES]).isPresent());
        byte[] block = block(new SplittableRandom(4));
        NoiseHealth fresh = new NoiseHealth();
        assertEquals(Optional.empty(), fresh.fault(block));
        assertTrue(fresh.fault(block.clone()).orElseThrow().contains("twice"));
    }

    /** A block in which the first byte of a window comes {@code times} times, never twice in a row. */
    private static byte[] uneven(int window, int times) {
        byte[] block = new byte[NoiseHealth.BLOCK_BYTES];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) (1 + i % 255);
        }
        byte value = 0;
        for (int i = 0; i < times; i++) {
            block[window + 2 * i] = value;
        }
        return block;
    }

    private static void run(byte[] block, int at, int length) {
        Arrays.fill(block, at, at + length, (byte) 0x55);
        if (at > 0) {
            block[at - 1] = 0x54;
        }
        if (at + length < block.length) {
            block[at + length] = 0x54;
        }
    }

    private static byte[] block(SplittableRandom random) {
        byte[] block = new byte[NoiseHealth.BLOCK_BYTES];
        random.nextBytes(block);
        return block;
    }
}
