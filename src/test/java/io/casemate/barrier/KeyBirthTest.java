package io.casemate.barrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.crypto.KeyRandom;
import io.casemate.crypto.MixedSeed;
import io.casemate.crypto.NoiseSource;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.storage.memory.FaultyStorage;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The barrier draws its keys from an HSM too, and knows nothing of it. */
class KeyBirthTest {
    private final SecureRandom kernel = new SecureRandom();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger draws = new AtomicInteger();
    private final FakeKeyringStore keyring = new FakeKeyringStore();
    private final AesGcmBarrier barrier = barrier();

    private AesGcmBarrier barrier() {
        NoiseSource hsm = out -> {
            if (away.get()) {
                throw new HsmFailed("CKR_DEVICE_REMOVED", "C_GenerateRandom", HsmProblem.AWAY, "gone").asException();
            }
            draws.incrementAndGet();
            kernel.nextBytes(out);
        };
        KeyRandom random = new KeyRandom(kernel, new MixedSeed(hsm, kernel, true));
        return new AesGcmBarrier(new FaultyStorage(), new BootRecords(keyring), 0, random, () -> Instant.EPOCH);
    }

    @Test
    void without_the_required_hsm_no_key_is_born_and_the_old_one_goes_on() {
        away.set(true);
        assertThrows(FaultException.class, this::found);
        assertFalse(new BootRecords(keyring).initialised());

        away.set(false);
        found();
        assertEquals(1, draws.get());
        away.set(true);
        assertThrows(FaultException.class, barrier::rotate);
        assertEquals(1, barrier.keyStatus().term());
        barrier.view("t/").put("key", new byte[] {1});
        assertEquals(1, draws.get(), "nonces do not ask the HSM");

        away.set(false);
        barrier.rotate();
        assertEquals(2, barrier.keyStatus().term());
        assertEquals(2, draws.get());
    }

    private void found() {
        try (SecretBytes root = SecretBytes.copyOf(new byte[32]);
                Barrier.Founding founding = barrier.found(root)) {
            founding.commit(Map.of("core/seal-config", new byte[] {1}));
        }
    }
}
