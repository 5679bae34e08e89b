package io.casemate.barrier;

import static io.casemate.barrier.Lab.bytes;
import static io.casemate.barrier.Lab.fails;
import static io.casemate.barrier.Lab.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationTest {
    @Test
    void oldValuesStayReadableAndNewOnesTakeTheNewTerm() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        assertEquals(2, lab.barrier.rotate().term());
        lab.view().put("b", bytes("two"));
        assertEquals(1, lab.storage.raw().get("t/a")[3]);
        assertEquals(2, lab.storage.raw().get("t/b")[3]);
        assertEquals(2, lab.storage.raw().get("barrier/check")[3]);
        lab.crash();
        assertEquals("one", text(lab.view(), "a"));
        assertEquals("two", text(lab.view(), "b"));
        assertEquals(2, lab.barrier.keyStatus().term());
        assertEquals(lab.now, lab.barrier.keyStatus().installed());
    }

    @Test
    void aRotationThatCannotBeStoredChangesNothing() {
        Lab lab = Lab.open();
        lab.keyring.allowed = 0;
        fails(StorageProblem.FULL, lab.barrier::rotate);
        assertEquals(1, lab.barrier.keyStatus().term());
        lab.view().put("a", bytes("one"));
        lab.keyring.allowed = -1;
        lab.crash();
        assertEquals("one", text(lab.view(), "a"));
        assertEquals(2, lab.barrier.rotate().term());
    }

    @Test
    void aCrashBetweenKeyringAndStorageIsFinishedAtTheNextUnseal() {
        Lab lab = Lab.open();
        lab.storage.allowed.set(0);
        assertEquals(2, lab.barrier.rotate().term());
        assertEquals(1, lab.storage.raw().get("barrier/check")[3]);
        lab.storage.allowed.set(-1);
        lab.crash();
        assertEquals(2, lab.storage.raw().get("barrier/check")[3]);
    }

    @Test
    void anOlderKeyringIsNoticed() {
        Lab lab = Lab.open();
        var old = lab.keyring.snapshot();
        lab.barrier.rotate();
        lab.keyring.restore(old);
        AesGcmBarrier next = lab.restarted();
        try (SecretBytes key = lab.rootKey()) {
            var fault = fails(StorageProblem.ROLLED_BACK, () -> next.open(key));
            assertTrue(fault.detail().contains("key term 2"), fault.detail());
        }
        assertTrue(next.sealed());
    }

    @Test
    void rotatesByIntervalWhenToldTo() {
        Lab lab = Lab.open();
        assertFalse(lab.barrier.rotateIfDue());
        lab.barrier.rotationPolicy(new RotationPolicy(RotationPolicy.MOST_OPERATIONS, Duration.ofDays(30), true));
        lab.later(Duration.ofDays(29));
        assertFalse(lab.barrier.rotateIfDue());
        lab.crash();
        assertEquals(Duration.ofDays(30), lab.barrier.rotationPolicy().interval());
        lab.later(Duration.ofDays(1));
        assertTrue(lab.barrier.rotateIfDue());
        assertFalse(lab.barrier.rotateIfDue());
        lab.barrier.rotationPolicy(new RotationPolicy(RotationPolicy.MOST_OPERATIONS, Duration.ofDays(30), false));
        lab.later(Duration.ofDays(31));
        assertFalse(lab.barrier.rotateIfDue());
    }

    @Test
    void policyIsChecked() {
        Duration none = Duration.ZERO;
        for (long wrong : List.of(0L, 999_999L, 3_865_470_567L, -1L)) {
            fails(Fault.BadRequest.class, () -> new RotationPolicy(wrong, none, true));
        }
        fails(Fault.BadRequest.class, () -> new RotationPolicy(1_000_000, Duration.ofHours(23), true));
    }

    @Test
    void encryptionsAreReservedBeforeTheyHappen() {
        Lab lab = Lab.open();
        int before = lab.keyring.saves;
        long stored = KeyringLedger.BLOCK;
        for (int i = 0; i < 100; i++) {
            lab.view().put("a", bytes("x"));
        }
        assertEquals(before, lab.keyring.saves);
        assertEquals(101, lab.barrier.keyStatus().encryptions());
        lab.crash();
        assertEquals(stored, lab.barrier.keyStatus().encryptions());
        lab.view().put("a", bytes("x"));
        assertEquals(before + 1, lab.keyring.saves);
        assertEquals(stored + 1, lab.barrier.keyStatus().encryptions());
    }

    @Test
    void withoutAReservationNothingIsEncrypted() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        lab.crash();
        lab.keyring.allowed = 0;
        fails(StorageProblem.FULL, () -> lab.view().put("a", bytes("two")));
        assertEquals("one", text(lab.view(), "a"));
        lab.keyring.allowed = -1;
        lab.view().put("a", bytes("two"));
        assertEquals("two", text(lab.view(), "a"));
    }

    /** Counts through the real ledger, so that the limit itself is what triggers. */
    @Test
    void rotatesByItselfBeforeTheLimit() {
        FakeKeyringStore store = new FakeKeyringStore();
        KeyringLedger ledger =
                KeyringLedger.fresh(new BootRecords(store), new SecureRandom(), () -> java.time.Instant.EPOCH);
        ledger.stored();
        ledger.policy(new RotationPolicy(1_000_000, Duration.ZERO, true));
        int spent = 0;
        while (ledger.spend().term() == 1) {
            spent++;
        }
        assertTrue(spent <= 1_000_000, "spent " + spent);
        assertTrue(spent > 1_000_000 - KeyringLedger.BLOCK, "spent " + spent);
        assertEquals(2, ledger.status().term());
        assertEquals(2, ledger.ring().keys().size());
    }

    @Test
    void theHardLimitHoldsEvenWhenRotationIsOff() {
        DataKey worn = new DataKey(
                1,
                java.time.Instant.EPOCH,
                SecretBytes.owning(new byte[32]),
                RotationPolicy.MOST_OPERATIONS - 10,
                new SecureRandom());
        KeyringLedger ledger = new KeyringLedger(
                new BootRecords(new FakeKeyringStore()),
                SecretBytes.owning(new byte[32]),
                new Keyring(List.of(worn), new RotationPolicy(1_000_000, Duration.ZERO, false)),
                new SecureRandom(),
                () -> java.time.Instant.EPOCH);
        assertEquals(2, ledger.spend().term());
    }

    @Test
    void aFreshKeyringThatIsNotStoredNeverReachesTheStore() {
        FakeKeyringStore store = new FakeKeyringStore();
        KeyringLedger ledger =
                KeyringLedger.fresh(new BootRecords(store), new SecureRandom(), () -> java.time.Instant.EPOCH);
        FaultException refused = org.junit.jupiter.api.Assertions.assertThrows(FaultException.class, () -> {
            for (long i = 0; i <= KeyringLedger.BLOCK; i++) {
                ledger.spend();
            }
        });
        assertTrue(refused.fault() instanceof Fault.Unavailable);
        assertEquals(0, store.saves);
    }
}
