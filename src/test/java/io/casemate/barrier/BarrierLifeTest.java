package io.casemate.barrier;

import static io.casemate.barrier.Lab.bytes;
import static io.casemate.barrier.Lab.fails;
import static io.casemate.barrier.Lab.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.Barrier.Founding;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BarrierLifeTest {
    @Test
    void keepsWhatWasWrittenAcrossACrash() {
        Lab lab = Lab.open();
        String cluster = lab.barrier.clusterId();
        lab.view().put("a", bytes("one"));
        lab.crash();
        assertEquals("one", text(lab.view(), "a"));
        assertEquals(cluster, lab.barrier.clusterId());
    }

    @Test
    void isShutUntilOpenedAndAfterSeal() {
        Lab lab = Lab.open();
        View view = lab.view();
        view.put("a", bytes("one"));
        assertEquals("one", text(view, "a"));
        lab.barrier.seal();
        assertTrue(lab.barrier.sealed());
        fails(Fault.Sealed.class, () -> view.get("a"));
        fails(Fault.Sealed.class, () -> view.list("", "", 1));
        fails(Fault.Sealed.class, () -> view.put("a", bytes("two")));
        fails(Fault.Sealed.class, lab.barrier::keyStatus);
        fails(Fault.Sealed.class, lab.barrier::rotate);
        fails(Fault.Sealed.class, lab.barrier::clusterId);
        lab.barrier.seal();
        lab.reopen();
        assertEquals("one", text(view, "a"));
    }

    @Test
    void aCallerInsideATransactionMeetsTheSealToo() throws InterruptedException {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch shut = new CountDownLatch(1);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                lab.view().transact(editor -> {
                    editor.put("a", bytes("two"));
                    inside.countDown();
                    await(shut);
                    return null;
                });
            } catch (FaultException e) {
                seen.set(e);
            }
        });
        inside.await();
        lab.barrier.seal();
        shut.countDown();
        caller.join();
        assertTrue(seen.get() instanceof FaultException e && e.fault() instanceof Fault.Sealed, "" + seen.get());
        lab.reopen();
        assertEquals("one", text(lab.view(), "a"));
    }

    @Test
    void aReaderThatWaitsOnTheStorageMeetsTheSealToo() throws InterruptedException {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch shut = new CountDownLatch(1);
        lab.storage.afterRead = () -> {
            inside.countDown();
            await(shut);
        };
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                lab.view().get("a");
            } catch (FaultException e) {
                seen.set(e);
            }
        });
        inside.await();
        lab.barrier.seal();
        shut.countDown();
        caller.join();
        assertTrue(seen.get() instanceof FaultException e && e.fault() instanceof Fault.Sealed, "" + seen.get());
    }

    @Test
    void theWrongRootKeyOpensNothing() {
        Lab lab = Lab.open();
        AesGcmBarrier next = lab.restarted();
        try (SecretBytes wrong = SecretBytes.owning(new byte[32])) {
            fails(StorageProblem.CORRUPT, () -> next.open(wrong));
        }
        assertTrue(next.sealed());
    }

    @Test
    void viewsAreConfinedAndListInOrder() {
        Lab lab = Lab.open();
        View a = lab.barrier.view("a/");
        View b = lab.barrier.view("b/");
        for (String key : List.of("x", "dir/1", "dir/2", "dir2/deep/er", "y")) {
            a.put(key, bytes(key));
        }
        b.put("x", bytes("other"));
        assertEquals(List.of("dir/1", "dir/2", "dir2/deep/er", "x", "y"), a.list("", "", 10));
        assertEquals(List.of("dir/2", "dir2/deep/er"), a.list("", "dir/1", 2));
        assertEquals(List.of("dir/", "dir2/", "x", "y"), a.children("", "", 10));
        assertEquals(List.of("dir2/", "x"), a.children("", "dir/", 2));
        assertEquals(List.of("1", "2"), a.children("dir/", "", 10));
        assertEquals(List.of("2"), a.below("dir/").list("", "1", 10));
        assertEquals("other", text(b, "x"));
        assertEquals(List.of("dir/1", "dir/2"), a.transact(editor -> {
            editor.delete("x");
            return editor.list("dir/", "", 10);
        }));
        assertFalse(a.get("x").isPresent());
        assertThrows(IllegalArgumentException.class, () -> a.below("dir"));
        assertThrows(IllegalArgumentException.class, () -> lab.barrier.view("barrier/"));
        assertThrows(IllegalArgumentException.class, () -> lab.barrier.view("x"));
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        assertThrows(
                IllegalStateException.class,
                () -> lab.view().transact(editor -> {
                    editor.put("a", bytes("two"));
                    assertEquals(
                            "two", new String(editor.get("a").orElseThrow(), java.nio.charset.StandardCharsets.UTF_8));
                    throw new IllegalStateException("enough");
                }));
        assertEquals("one", text(lab.view(), "a"));
    }

    @Test
    void aFoundingThatIsNotCommittedLeavesNothingWhereverItFails() {
        for (int step = 0; step < 4; step++) {
            Lab lab = new Lab();
            lab.storage.allowed.set(step);
            try (SecretBytes key = lab.rootKey();
                    Founding founding = lab.barrier.found(key)) {
                assertFalse(lab.barrier.sealed(), founding::toString);
                lab.view().put("a", bytes("one"));
            } catch (FaultException full) {
                assertTrue(full.fault() instanceof Fault.StorageFailed);
            }
            assertTrue(lab.barrier.sealed());
            assertEquals(0, lab.keyring.saves);
            lab.storage.allowed.set(-1);
            try (SecretBytes key = lab.rootKey();
                    Founding founding = lab.barrier.found(key)) {
                assertFalse(lab.view().get("a").isPresent());
                founding.commit(Map.of());
            }
            lab.crash();
            assertEquals(List.of("barrier/check"), List.copyOf(lab.storage.raw().keySet()));
        }
    }

    @Test
    void aCrashBeforeCommitLeavesItUninitialisedAndAfterItInitialised() {
        Lab lab = new Lab();
        try (SecretBytes key = lab.rootKey()) {
            lab.barrier.found(key);
            lab.view().put("a", bytes("orphan"));
            assertFalse(new BootRecords(lab.keyring).initialised());
            lab.barrier = lab.restarted();
            Founding founding = lab.barrier.found(key);
            assertFalse(lab.view().get("a").isPresent());
            lab.storage.allowed.set(0);
            founding.commit(Map.of());
            lab.storage.allowed.set(-1);
            assertTrue(lab.storage.raw().containsKey("barrier/founding"));
            lab.crash();
            assertFalse(lab.storage.raw().containsKey("barrier/founding"));
        }
    }

    @Test
    void aStorageWithoutItsKeyringIsNeverOverwritten() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        lab.keyring.restore(Map.of());
        AesGcmBarrier next = lab.restarted();
        try (SecretBytes key = lab.rootKey()) {
            fails(StorageProblem.FOREIGN, () -> next.found(key));
            assertTrue(lab.storage.raw().containsKey("t/a"));
        }
    }

    @Test
    void aKeyringWithoutItsStorageStaysShut() {
        Lab lab = Lab.open();
        lab.storage.transact(transaction -> {
            transaction.delete("barrier/check");
            return null;
        });
        AesGcmBarrier next = lab.restarted();
        try (SecretBytes key = lab.rootKey()) {
            fails(StorageProblem.FOREIGN, () -> next.open(key));
            assertTrue(next.sealed());
            fails(Fault.BadRequest.class, () -> next.found(key));
        }
    }

    @Test
    void theCheckEntryIsAuthenticatedToo() {
        Lab lab = Lab.open();
        byte[] good = lab.storage.raw().get("barrier/check");
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            lab.storage.damage("barrier/check", bad);
            AesGcmBarrier next = lab.restarted();
            try (SecretBytes key = lab.rootKey()) {
                fails(Fault.StorageFailed.class, () -> next.open(key));
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
