package io.casemate.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShamirTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static SecretBytes bytes(String hex) {
        return SecretBytes.owning(HexFormat.of().parseHex(hex));
    }

    private static SecretBytes random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return SecretBytes.owning(bytes);
    }

    @Test
    void joinsSharesThatOtherCodeMade() throws IOException {
        joins("shamir.txt", 6);
    }

    /** The package pyshamir 1.1.0 of the Python Package Index, which ports Vault's own code. */
    @Test
    void joinsSharesOfAPortOfVaultsCode() throws IOException {
        joins("pyshamir.txt", 3);
    }

    @Test
    void moreSharesOfTheSameSplit() {
        for (int threshold : new int[] {2, 3, 7}) {
            try (SecretBytes secret = random()) {
                List<SecretBytes> shares = Shamir.split(secret, 9, threshold, RANDOM);
                for (SecretBytes each : shares.subList(threshold, 9)) {
                    int number = Byte.toUnsignedInt(each.expose()[32]);
                    assertTrue(
                            Shamir.another(shares.subList(0, threshold), number).matches(each));
                }
                List<SecretBytes> fresh = new ArrayList<>(shares.subList(1, threshold));
                int free = 1;
                while (taken(shares, free)) {
                    free++;
                }
                fresh.add(Shamir.another(shares.subList(0, threshold), free));
                assertTrue(Shamir.combine(fresh).matches(secret));
            }
        }
    }

    private static boolean taken(List<SecretBytes> shares, int number) {
        return shares.stream().anyMatch(share -> Byte.toUnsignedInt(share.expose()[32]) == number);
    }

    private static void joins(String resource, int expected) throws IOException {
        try (InputStream in = ShamirTest.class.getResourceAsStream(resource)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(expected, lines.size());
            for (String line : lines) {
                String[] column = line.split(" ");
                int threshold = Integer.parseInt(column[0]);
                List<SecretBytes> shares = new ArrayList<>();
                for (String share : column[2].split(",")) {
                    shares.add(bytes(share));
                }
                for (int round = 0; round < 5; round++) {
                    Collections.shuffle(shares, RANDOM);
                    assertEquals(
                            column[1], ShareText.hex(Shamir.combine(shares.subList(0, threshold))), "" + threshold);
                }
            }
        }
    }

    /** The other way round: shares of ours, joined by the script that made the vectors. */
    @Test
    void otherCodeJoinsSharesOfOurs() throws Exception {
        try (SecretBytes secret = random()) {
            List<String> words =
                    new ArrayList<>(List.of("python3", "src/test/resources/io/casemate/seal/shamir.py", "join"));
            Shamir.split(secret, 9, 5, RANDOM).subList(2, 7).forEach(share -> words.add(ShareText.hex(share)));
            Process python = new ProcessBuilder(words).redirectErrorStream(true).start();
            String joined = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(ShareText.hex(secret), joined.strip());
        }
    }

    /** FIPS 197, 4.2 and 4.2.1. */
    @Test
    void multipliesAsTheFieldOfAes() {
        assertEquals((byte) 0xc1, Shamir.multiply((byte) 0x57, (byte) 0x83));
        assertEquals((byte) 0xfe, Shamir.multiply((byte) 0x57, (byte) 0x13));
        for (int value = 1; value < 256; value++) {
            assertEquals(1, Shamir.multiply((byte) value, Shamir.inverse((byte) value)));
        }
    }

    @Test
    void everyEnoughSubsetGivesTheSecretAndFewerDoNot() {
        try (SecretBytes secret = random()) {
            List<SecretBytes> shares = Shamir.split(secret, 5, 3, RANDOM);
            for (int subset = 0; subset < 32; subset++) {
                List<SecretBytes> some = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    if ((subset >> i & 1) == 1) {
                        some.add(shares.get(i));
                    }
                }
                if (some.size() >= 2) {
                    assertEquals(some.size() >= 3, Shamir.combine(some).matches(secret));
                }
            }
        }
    }

    @Test
    void theLargestAndTheSmallestWork() {
        try (SecretBytes secret = random()) {
            List<SecretBytes> all = Shamir.split(secret, 255, 255, RANDOM);
            assertTrue(Shamir.combine(all).matches(secret));
            assertFalse(Shamir.combine(all.subList(0, 254)).matches(secret));
            List<SecretBytes> one = Shamir.split(secret, 1, 1, RANDOM);
            assertEquals(1, one.size());
            assertTrue(one.getFirst().matches(secret));
        }
    }

    @Test
    void sharesAreDistinctAndDifferEachTime() {
        try (SecretBytes secret = random()) {
            long distinct = Shamir.split(secret, 255, 2, RANDOM).stream()
                    .map(share -> share.expose()[32])
                    .distinct()
                    .count();
            assertEquals(255, distinct);
            assertFalse(Shamir.split(secret, 2, 2, RANDOM)
                    .getFirst()
                    .matches(Shamir.split(secret, 2, 2, RANDOM).getFirst()));
        }
    }

    @Test
    void refusesWhatCannotBeSharesOfOneSecret() {
        String x1 = "aa".repeat(32) + "01";
        String x2 = "bb".repeat(32) + "02";
        refused("less than two parts", x1);
        refused("duplicate part", x1, "cc".repeat(32) + "01");
        refused("same length", x1, x2 + "00");
        refused("impossible number 0", x1, "bb".repeat(32) + "00");
        refused("at least two bytes", "01", "02");
        try (SecretBytes secret = random()) {
            for (int[] wrong : new int[][] {{0, 0}, {2, 1}, {2, 3}, {256, 3}, {3, 0}}) {
                assertThrows(IllegalArgumentException.class, () -> Shamir.split(secret, wrong[0], wrong[1], RANDOM));
            }
        }
    }

    private static void refused(String why, String... shares) {
        List<SecretBytes> parts =
                java.util.Arrays.stream(shares).map(ShamirTest::bytes).toList();
        FaultException e = assertThrows(FaultException.class, () -> Shamir.combine(parts));
        assertTrue(
                assertInstanceOf(Fault.BadRequest.class, e.fault())
                        .details()
                        .getFirst()
                        .contains(why),
                e::getMessage);
    }
}
