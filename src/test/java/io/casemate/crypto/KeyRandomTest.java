package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyRandomTest {
    /** A kernel whose numbers are known. */
    private static final class Known extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient SplittableRandom numbers;

        Known(long seed) {
            this.numbers = new SplittableRandom(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            numbers.nextBytes(bytes);
        }
    }

    private static NoiseSource known(long seed) {
        return new SplittableRandom(seed)::nextBytes;
    }

    @Test
    void the_seed_is_hkdf_extract_of_both_parts() throws Exception {
        byte[] kernel = new byte[64];
        new SplittableRandom(1).nextBytes(kernel);
        byte[] hsm = new byte[1024];
        new SplittableRandom(2).nextBytes(hsm);
        Mac hmac = Mac.getInstance("HmacSHA512");
        hmac.init(new SecretKeySpec("casemate key birth 1".getBytes(StandardCharsets.US_ASCII), "HmacSHA512"));
        hmac.update(kernel);
        byte[] expected = hmac.doFinal(hsm);

        assertArrayEquals(
                expected, new MixedSeed(known(2), new Known(1), true).draw().getEncoded());
        assertFalse(Arrays.equals(
                expected, new MixedSeed(known(3), new Known(1), true).draw().getEncoded()));
        assertFalse(Arrays.equals(
                expected, new MixedSeed(known(2), new Known(4), true).draw().getEncoded()));
    }

    @Test
    void a_stuck_hsm_is_refused_where_it_is_required_and_left_out_where_not() {
        NoiseSource stuck = out -> Arrays.fill(out, (byte) 7);
        FaultException refused = assertThrows(
                FaultException.class,
                () -> KeyRandom.birth(
                        new KeyRandom(new SecureRandom(), new MixedSeed(stuck, new SecureRandom(), true))));
        assertEquals("RNG_UNHEALTHY", ((HsmFailed) refused.fault()).code());
        SecureRandom kernel = new SecureRandom();
        assertNotEquals(
                bytes(KeyRandom.birth(new KeyRandom(kernel, new MixedSeed(stuck, kernel, false)))),
                bytes(KeyRandom.birth(new KeyRandom(kernel, new MixedSeed(stuck, kernel, false)))));
    }

    @Test
    void an_absent_hsm_stops_births_where_it_is_required_and_nothing_else() {
        NoiseSource absent = _ -> {
            throw new HsmFailed("CKR_DEVICE_REMOVED", "C_GenerateRandom", HsmProblem.AWAY, "gone").asException();
        };
        KeyRandom required = new KeyRandom(new SecureRandom(), new MixedSeed(absent, new SecureRandom(), true));
        assertThrows(FaultException.class, () -> KeyRandom.birth(required));
        assertThrows(FaultException.class, () -> new SoftwareKeys(required).bear(KeyKind.EC_P256));
        new SoftwareKeys(required).generate(KeyKind.EC_P256);
        assertNotEquals(bytes(required), bytes(required));
        KeyRandom on = new KeyRandom(new SecureRandom(), new MixedSeed(absent, new SecureRandom(), false));
        new SoftwareKeys(on).bear(KeyKind.EC_P256);
    }

    @Test
    void each_birth_asks_the_hsm_once_and_every_kind_of_key_can_be_born() {
        AtomicInteger asked = new AtomicInteger();
        SecureRandom kernel = new SecureRandom();
        NoiseSource hsm = out -> {
            asked.incrementAndGet();
            kernel.nextBytes(out);
        };
        KeyRandom random = new KeyRandom(kernel, new MixedSeed(hsm, kernel, true));
        SoftwareKeys keys = new SoftwareKeys(random);
        for (KeyKind kind : KeyKind.values()) {
            assertEquals(kind, keys.bear(kind).kind());
        }
        assertEquals(KeyKind.values().length, asked.get());
    }

    @Test
    void a_birth_gives_as_much_as_is_asked() {
        SecureRandom birth =
                KeyRandom.birth(new KeyRandom(new SecureRandom(), new MixedSeed(known(1), new SecureRandom(), true)));
        byte[] much = new byte[20_000];
        birth.nextBytes(much);
        for (int i = 0; i < 5; i++) {
            assertFalse(
                    Arrays.equals(Arrays.copyOfRange(much, 4096 * i - (i == 0 ? 0 : 32), 4096 * i + 32), new byte[32]));
        }
        assertNotEquals(birth.nextLong(), birth.nextLong());
    }

    @Test
    void a_plain_random_is_its_own_birth() {
        SecureRandom plain = new SecureRandom();
        assertSame(plain, KeyRandom.birth(plain));
    }

    private static String bytes(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Arrays.toString(bytes);
    }
}
