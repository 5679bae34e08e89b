package io.casemate.storage.mvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes and syncs that the drive refuses or delays: what was not acknowledged is gone, reads go on, all heals. */
@Timeout(30)
class RefusingDriveTest {
    @TempDir
    Path directory;

    private final SimulatedDrive drive = new SimulatedDrive();
    private MvStorage storage;

    @BeforeEach
    void openStorage() {
        storage = MvStorage.open(directory.resolve("store"), drive, new SecureRandom());
        put("a", "old");
    }

    @AfterEach
    void closeStorage() {
        storage.close();
    }

    private void put(String key, String value) {
        storage.transact(tx -> {
            tx.put(key, value.getBytes(UTF_8));
            return null;
        });
    }

    private String text(String key) {
        return storage.get(key).map(v -> new String(v, UTF_8)).orElse(null);
    }

    private StorageProblem refused(Runnable work) {
        FaultException e = assertThrows(FaultException.class, work::run);
        Fault.StorageFailed fault = (Fault.StorageFailed) e.fault();
        assertTrue(fault.detail().contains(directory.toString()), fault.detail());
        return fault.problem();
    }

    private void reopen() {
        storage.close();
        storage = MvStorage.open(directory.resolve("store"), drive, new SecureRandom());
    }

    @Test
    void a_full_disk_refuses_writes_serves_reads_and_heals() {
        drive.refuseWrites("No space left on device");
        for (int i = 0; i < 3; i++) {
            assertEquals(StorageProblem.FULL, refused(() -> put("a", "new")));
            assertEquals("old", text("a"));
            assertEquals(List.of("a"), storage.list("", "", 9));
        }
        drive.refuseWrites(null);
        put("b", "after");
        assertEquals("old", text("a"));
        reopen();
        assertEquals("old", text("a"));
        assertEquals("after", text("b"));
    }

    @Test
    void a_failed_sync_takes_its_transaction_back_for_good() {
        drive.refuseSyncs("Input/output error");
        assertEquals(StorageProblem.IO, refused(() -> put("a", "new")));
        drive.refuseSyncs(null);
        // taking it back wanted a sync too, and could not: it is tried again
        waitUntilHealed();
        assertEquals("old", text("a"));
        reopen();
        assertEquals("old", text("a"));
        put("a", "newer");
        assertEquals("newer", text("a"));
    }

    private void waitUntilHealed() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 10_000_000_000L) {
            try {
                storage.get("a");
                return;
            } catch (FaultException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void nobody_reads_what_is_not_durable_and_nobody_waits_for_the_disk() throws InterruptedException {
        CountDownLatch gate = drive.hangSyncs();
        Thread writer = Thread.ofVirtual().start(() -> put("a", "new"));
        CountDownLatch applied = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        Thread follower = Thread.ofVirtual().start(() -> {
            awaitVisibleToTransactions(applied);
            ended.incrementAndGet();
        });
        applied.await();
        assertEquals("old", text("a"));
        assertEquals(List.of("a"), storage.list("", "", 9));
        assertTrue(writer.isAlive());
        assertEquals(0, ended.get(), "a transaction returned what is not durable");
        gate.countDown();
        writer.join();
        follower.join();
        assertEquals("new", text("a"));
    }

    /** A transaction that only reads sees the write in flight, and must wait with it. */
    private void awaitVisibleToTransactions(CountDownLatch applied) {
        boolean[] seen = new boolean[1];
        while (!seen[0]) {
            storage.transact(tx -> {
                seen[0] = "new".equals(new String(tx.get("a").orElseThrow(), UTF_8));
                if (seen[0]) {
                    applied.countDown();
                }
                return null;
            });
        }
    }

    @Test
    void many_waiting_writers_share_one_sync() throws InterruptedException {
        CountDownLatch gate = drive.hangSyncs();
        Thread first = Thread.ofVirtual().start(() -> put("first", "x"));
        List<Thread> others = java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> Thread.ofVirtual().start(() -> put("other" + i, "x")))
                .toList();
        while (others.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        long before = drive.operations();
        gate.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertEquals(52, storage.list("", "", 100).size());
        assertTrue(drive.operations() - before < 12, "operations for 51 writers: " + (drive.operations() - before));
    }

    @Test
    void all_who_share_a_failed_commit_are_told() throws InterruptedException {
        CountDownLatch gate = drive.hangSyncs();
        AtomicInteger told = new AtomicInteger();
        List<Thread> writers = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    try {
                        put("k" + i, "x");
                    } catch (FaultException e) {
                        told.incrementAndGet();
                    }
                }))
                .toList();
        while (writers.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        drive.refuseSyncs("Input/output error");
        gate.countDown();
        for (Thread writer : writers) {
            writer.join();
        }
        drive.refuseSyncs(null);
        waitUntilHealed();
        assertEquals(20, told.get());
        assertEquals(List.of("a"), storage.list("", "", 100));
    }

    @Test
    void an_error_while_the_store_recovers_is_told_and_healed_and_nobody_waits_for_ever() throws InterruptedException {
        CountDownLatch gate = drive.hangSyncs();
        AtomicInteger told = new AtomicInteger();
        List<Thread> writers = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    assertEquals(StorageProblem.IO, refused(() -> put("k" + i, "x")));
                    told.incrementAndGet();
                }))
                .toList();
        while (writers.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        drive.refuseSyncs("Input/output error");
        drive.refuseOpening(new LinkageError("for tests"));
        gate.countDown();
        for (Thread writer : writers) {
            writer.join();
        }
        assertEquals(20, told.get());
        assertEquals(StorageProblem.IO, refused(() -> text("a")));
        drive.refuseSyncs(null);
        drive.refuseOpening(null);
        waitUntilHealed();
        assertEquals(List.of("a"), storage.list("", "", 100));
    }

    @Test
    void closing_makes_nothing_durable_that_is_half_applied() throws InterruptedException, ExecutionException {
        for (int i = 0; i < 100; i++) {
            put("k" + i, "x".repeat(4096));
        }
        storage.close();
        Committer committer = new Committer(StoreSite.open(directory.resolve("store"), drive, new SecureRandom()));
        CountDownLatch gate = drive.hangSyncs();
        FutureTask<Void> first = waiting(() -> committer.transact(tx -> written(tx, "a", "first")));
        FutureTask<Void> closing = waiting(() -> assertThrows(FaultException.class, committer::close));
        drive.refuseReads("Input/output error");
        FutureTask<Void> half = waiting(() -> refused(() -> committer.transact(tx -> {
            written(tx, "a", "half");
            return written(tx, "k99", "half");
        })));
        drive.refuseReads(null);
        gate.countDown();
        for (FutureTask<Void> each : List.of(first, closing, half)) {
            each.get();
        }
        storage = MvStorage.open(directory.resolve("store"), drive, new SecureRandom());
        assertEquals("first", text("a"));
    }

    @Test
    void a_store_that_cannot_be_opened_holds_no_file() throws IOException {
        storage.close();
        drive.refuseOpening(new LinkageError("for tests"));
        for (int i = 0; i < 3; i++) {
            assertThrows(FaultException.class, this::reopen);
        }
        assertEquals(0, held("store.mark"));
        drive.refuseOpening(null);
        reopen();
        assertEquals(1, held("store.mark"));
    }

    /** How many times this process has the file open. */
    private long held(String name) throws IOException {
        long count = 0;
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.filter(Files::isSymbolicLink).toList()) {
                if (Files.exists(each) && Files.isSameFile(each, directory.resolve(name))) {
                    count++;
                }
            }
        }
        return count;
    }

    private static Object written(Storage.Transaction tx, String key, String value) {
        tx.put(key, value.getBytes(UTF_8));
        return key;
    }

    /** The work, which has come to where it waits, or to its end. */
    private static FutureTask<Void> waiting(Runnable work) {
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread thread = Thread.ofVirtual().start(task);
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void an_interrupted_reader_harms_nobody() throws InterruptedException {
        Thread reader = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            assertEquals("old", text("a"));
        });
        reader.join();
        put("a", "new");
        assertEquals("new", text("a"));
        assertFalse(reader.isAlive());
    }
}
