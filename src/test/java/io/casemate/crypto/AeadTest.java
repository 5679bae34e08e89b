package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AeadTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] CONTEXT = "a/b".getBytes(StandardCharsets.UTF_8);

    private static Aead aead(String key) {
        return new Aead(SecretBytes.owning(HEX.parseHex(key)), new SecureRandom());
    }

    private static Aead some() {
        return aead("11".repeat(32));
    }

    /** Test case 16 of the GCM specification (McGrew and Viega). */
    @Test
    void opensTheSpecificationsOwnVector() {
        byte[] sealed = HEX.parseHex("cafebabefacedbaddecaf888"
                + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b");
        byte[] plaintext = HEX.parseHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        byte[] associated = HEX.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        try (Aead aead = aead("feffe9928665731c6d6a8f9467308308".repeat(2))) {
            assertArrayEquals(plaintext, aead.open(sealed, 0, associated).orElseThrow());
        }
    }

    @Test
    void noFlippedBitOpens() {
        try (Aead aead = some()) {
            byte[] sealed = aead.seal("secret".getBytes(StandardCharsets.UTF_8), CONTEXT);
            for (int bit = 0; bit < sealed.length * 8; bit++) {
                byte[] flipped = sealed.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertTrue(aead.open(flipped, 0, CONTEXT).isEmpty(), "bit " + bit);
            }
            for (int length = 0; length < sealed.length; length++) {
                assertTrue(aead.open(java.util.Arrays.copyOf(sealed, length), 0, CONTEXT)
                        .isEmpty());
            }
            assertTrue(
                    aead.open(sealed, 0, "a/c".getBytes(StandardCharsets.UTF_8)).isEmpty());
        }
    }

    @Test
    void neverRepeatsANonce() {
        try (Aead aead = some()) {
            long distinct = IntStream.range(0, 2000)
                    .mapToObj(_ -> HEX.formatHex(aead.seal(new byte[0], CONTEXT), 0, Aead.NONCE_BYTES))
                    .distinct()
                    .count();
            assertEquals(2000, distinct);
        }
    }

    @Test
    void isUsableFromManyThreads() throws InterruptedException, ExecutionException {
        try (Aead aead = some();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> jobs = IntStream.range(0, 500)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        byte[] plaintext = new byte[i];
                        byte[] sealed = aead.seal(plaintext, CONTEXT);
                        return java.util.Arrays.equals(
                                plaintext, aead.open(sealed, 0, CONTEXT).orElseThrow());
                    })
                    .toList();
            for (Future<Boolean> each : threads.invokeAll(jobs)) {
                assertTrue(each.get());
            }
        }
    }

    @Test
    void doesNothingOnceClosed() {
        Aead aead = some();
        byte[] sealed = aead.seal(new byte[3], CONTEXT);
        aead.close();
        assertThrows(IllegalStateException.class, () -> aead.seal(new byte[3], CONTEXT));
        assertThrows(IllegalStateException.class, () -> aead.open(sealed, 0, CONTEXT));
        assertThrows(IllegalArgumentException.class, () -> aead("00"));
    }

    /** A race with close must not give ciphertext under a key of zeros. */
    @Test
    void closingMeanwhileNeverSealsWithAWipedKey() throws InterruptedException {
        try (Aead zeros = aead("00".repeat(32))) {
            for (int round = 0; round < 200; round++) {
                Aead aead = some();
                Thread closer = Thread.ofPlatform().start(aead::close);
                try {
                    for (int i = 0; i < 50; i++) {
                        byte[] sealed = aead.seal(new byte[1], CONTEXT);
                        assertFalse(zeros.open(sealed, 0, CONTEXT).isPresent());
                    }
                } catch (IllegalStateException closed) {
                    assertEquals("key used after it was wiped", closed.getMessage());
                }
                closer.join();
            }
        }
    }
}
