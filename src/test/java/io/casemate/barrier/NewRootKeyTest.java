package io.casemate.barrier;

import static io.casemate.barrier.Lab.bytes;
import static io.casemate.barrier.Lab.fails;
import static io.casemate.barrier.Lab.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.SecretBytes;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What somebody has of a former root key and an old copy of the keyring, and what a change leaves that fails or dies. */
class NewRootKeyTest {
    private static final Map<String, byte[]> SEAL = Map.of("core/seal-config", new byte[] {2});

    private final Lab lab = Lab.open();
    private final byte[] next = new byte[32];

    NewRootKeyTest() {
        java.util.Arrays.fill(next, (byte) 7);
    }

    private void change() {
        try (SecretBytes key = SecretBytes.copyOf(next)) {
            lab.barrier.replaceRootKey(key, SEAL);
        }
    }

    private boolean opensWithNew() {
        AesGcmBarrier again = lab.restarted();
        try (SecretBytes key = SecretBytes.copyOf(next)) {
            if (!again.isRootKey(key)) {
                return false;
            }
            again.open(key);
        }
        lab.barrier = again;
        return true;
    }

    @Test
    void anOldKeyringIsRefusedByName() {
        Map<String, byte[]> old = lab.keyring.snapshot();
        change();
        assertEquals(2, lab.barrier.keyStatus().term());
        lab.keyring.restore(old);
        AesGcmBarrier thief = lab.restarted();
        try (SecretBytes key = lab.rootKey()) {
            fails(StorageProblem.ROLLED_BACK, () -> thief.open(key));
        }
        assertTrue(thief.sealed());
    }

    /** Whoever may write to his copy puts the old check entry back, too: what was written later stays shut. */
    @Test
    void anOldKeyringReadsNothingThatWasWrittenLater() {
        lab.view().put("before", bytes("old"));
        lab.view().put("again", bytes("old"));
        Map<String, byte[]> old = lab.keyring.snapshot();
        byte[] check = lab.storage.raw().get("barrier/check");
        change();
        lab.view().put("again", bytes("new"));
        lab.view().put("after", bytes("new"));
        lab.keyring.restore(old);
        lab.storage.damage("barrier/check", check);
        lab.crash();
        assertEquals("old", text(lab.view(), "before"), "older values keep their key until they are written anew");
        fails(Fault.StorageFailed.class, () -> lab.view().get("again"));
        fails(Fault.StorageFailed.class, () -> lab.view().get("after"));
    }

    @Test
    void everythingIsReadableAfterwardsAndTheFirstBlockIsReserved() {
        lab.view().put("before", bytes("old"));
        change();
        lab.view().put("after", bytes("new"));
        assertTrue(opensWithNew());
        assertEquals("old", text(lab.view(), "before"));
        assertEquals("new", text(lab.view(), "after"));
        assertEquals(2, lab.barrier.keyStatus().term());
        assertEquals(KeyringLedger.BLOCK, lab.barrier.keyStatus().encryptions());
        assertEquals(3, lab.barrier.rotate().term());
    }

    @Test
    void aKeyringThatCannotBeSavedLeavesAllAsItWas() {
        lab.keyring.allowed = 0;
        fails(StorageProblem.FULL, this::change);
        assertEquals(1, lab.barrier.keyStatus().term());
        lab.keyring.allowed = -1;
        lab.view().put("a", bytes("one"));
        assertFalse(opensWithNew());
        lab.crash();
        assertEquals("one", text(lab.view(), "a"));
    }

    /** The rename is done, its fsync fails, and the directory cannot be read: whichever stands, the next save fits it. */
    @Test
    void whatCannotBeKnownIsNotGuessed() {
        for (boolean stands : new boolean[] {true, false}) {
            Lab each = Lab.open();
            each.view().put("a", bytes("one"));
            each.keyring.breaksAfterSave = stands;
            each.keyring.breaksBeforeSave = !stands;
            try (SecretBytes key = SecretBytes.copyOf(next)) {
                fails(StorageProblem.IO, () -> each.barrier.replaceRootKey(key, SEAL));
                fails(Fault.StorageFailed.class, each.barrier::rotate);
                assertEquals("one", text(each.view(), "a"), "reads go on");
                each.keyring.corrupt = false;
                assertEquals(stands ? 3 : 2, each.barrier.rotate().term());
                each.view().put("b", bytes("two"));
                AesGcmBarrier again = each.restarted();
                try (SecretBytes former = each.rootKey()) {
                    again.open(stands ? key : former);
                }
                assertEquals("one", text(again.view("t/"), "a"));
                assertEquals("two", text(again.view("t/"), "b"));
            }
        }
    }

    /** The records stand, the check entry does not follow: the change is done, and the next opening finishes it. */
    @Test
    void aStorageThatIsFullAfterTheStepIsFinishedLater() {
        lab.storage.allowed.set(0);
        change();
        assertEquals(1, lab.storage.raw().get("barrier/check")[3]);
        lab.storage.allowed.set(-1);
        assertTrue(opensWithNew());
        assertEquals(2, lab.storage.raw().get("barrier/check")[3]);
    }

    @Test
    void killedAnywhereOneOfTheRootKeysOpensAndAllIsReadable() {
        lab.view().put("a", bytes("one"));
        for (int step = 0; step < 3; step++) {
            int[] left = {step};
            Runnable kill = () -> {
                if (left[0]-- == 0) {
                    throw new AssertionError("killed by the test");
                }
            };
            lab.keyring.hook = kill;
            lab.storage.beforeCommit = kill;
            assertThrows(AssertionError.class, this::change);
            lab.keyring.hook = () -> {};
            lab.storage.beforeCommit = () -> {};
            if (step == 0) {
                assertFalse(opensWithNew());
                lab.crash();
                assertEquals(1, lab.barrier.keyStatus().term());
            } else {
                assertTrue(opensWithNew());
                assertEquals(step + 1, lab.barrier.keyStatus().term(), "each change that stands made a term");
            }
            assertEquals("one", text(lab.view(), "a"));
            assertEquals(lab.barrier.keyStatus().term(), lab.storage.raw().get("barrier/check")[3]);
            lab.view().put("a", bytes("one"));
        }
    }
}
