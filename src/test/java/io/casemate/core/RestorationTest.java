package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.StoredSnapshot;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a server on fakes: what a restore puts back, what it refuses, and what a failure at each step leaves. */
class RestorationTest {
    @TempDir
    Path directory;

    private final FakeDevice hsm = new FakeDevice();
    private Server server;

    @BeforeEach
    void found() {
        server = initialised(Server.auto(hsm));
    }

    private static Server initialised(Server made) {
        made.initialise(made.seals.auto() ? InitRequest.recovery(1, 1) : InitRequest.shamir(1, 1));
        return made;
    }

    @Test
    void aRestorePutsEverythingBackAndTheServerStaysOpen() {
        put("kept", "then");
        byte[] snapshot = take(server);
        put("kept", "now");
        put("new", "now");
        String cluster = server.barrier().clusterId();
        server.restoration(directory).restore(upload(snapshot), false);
        assertEquals(Optional.of("then"), server.read("kept"));
        assertEquals(Optional.empty(), server.read("new"));
        assertEquals(cluster, server.barrier().clusterId());
        assertFalse(server.unsealer().sealed());
        put("kept", "after");
        server.restart();
        server.unsealer().start();
        Await.until(() -> !server.unsealer().sealed());
        assertEquals(Optional.of("after"), server.read("kept"));
    }

    @Test
    void whatWasThereIsKeptAsASnapshotOfItsOwn() throws IOException {
        byte[] empty = take(server);
        put("kept", "now");
        server.restoration(directory).restore(upload(empty), false);
        assertEquals(Optional.empty(), server.read("kept"));
        byte[] former = Files.readAllBytes(directory.resolve("before-restore.snap"));
        server.restoration(directory).restore(upload(former), false);
        assertEquals(Optional.of("now"), server.read("kept"));
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of("before-restore.snap"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /** Whoever read before must not write after: a login that found a user who is gone now would leave its token behind. */
    @Test
    void whatIsUnderWayDoesNotGoOnInTheRestoredStore() throws Exception {
        byte[] snapshot = take(server);
        put("user", "rogue");
        CountDownLatch found = new CountDownLatch(1);
        CountDownLatch restored = new CountDownLatch(1);
        FutureTask<Void> login = new FutureTask<>(() -> server.unsealer().bound(() -> {
            assertEquals(Optional.of("rogue"), server.read("user"));
            found.countDown();
            assertDoesNotThrow(() -> restored.await());
            put("token", "of the rogue");
            return null;
        }));
        Thread.startVirtualThread(login);
        found.await();
        server.restoration(directory).restore(upload(snapshot), false);
        restored.countDown();
        ExecutionException e = assertThrows(ExecutionException.class, login::get);
        assertInstanceOf(Fault.Sealed.class, ((FaultException) e.getCause()).fault());
        assertEquals(Optional.empty(), server.read("token"));
    }

    @Test
    void whoRestoresGoesOnWithWhatWasRestored() {
        put("kept", "then");
        byte[] snapshot = take(server);
        put("kept", "now");
        Optional<String> seen = server.unsealer().bound(() -> {
            server.restoration(directory).restore(upload(snapshot), false);
            return server.read("kept");
        });
        assertEquals(Optional.of("then"), seen);
    }

    /** What was encrypted since is counted nowhere: under the same key, nonces might be drawn too often. */
    @Test
    void theKeyOfASnapshotEncryptsNothingMore() {
        byte[] snapshot = take(server);
        long term = server.barrier().keyStatus().term();
        server.restoration(directory).restore(upload(snapshot), false);
        assertEquals(term + 1, server.barrier().keyStatus().term());
    }

    @Test
    void aSnapshotFromBeforeANewRootKeyOpensByTheDevice() {
        put("kept", "then");
        byte[] snapshot = take(server);
        server.rotation().rotate();
        server.restoration(directory).restore(upload(snapshot), false);
        assertEquals(Optional.of("then"), server.read("kept"));
    }

    @Test
    void withSharesARestoreNeedsNone() {
        openByShares();
        put("kept", "then");
        byte[] snapshot = take(server);
        put("kept", "now");
        server.restoration(directory).restore(upload(snapshot), false);
        assertEquals(Optional.of("then"), server.read("kept"));
    }

    private String openByShares() {
        server = Server.shamir();
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        server.offer(share);
        return share;
    }

    @Test
    void anEmptyServerWithTheSameDeviceTakesASnapshotAndOpensItself() {
        put("kept", "then");
        byte[] snapshot = take(server);
        Server fresh = Server.auto(hsm);
        assertFalse(fresh.initialiser().initialised());
        fresh.restoration(directory).found(upload(snapshot), false);
        assertFalse(fresh.unsealer().sealed());
        assertEquals(Optional.of("then"), fresh.read("kept"));
        assertBad("already initialized", () -> fresh.restoration(directory).found(upload(snapshot), false));
    }

    /** The exchange stands although the store could not be opened at once: nobody may initialise over it. */
    @Test
    void anExchangeThatFailsAtTheVeryEndIsSeen() {
        put("kept", "then");
        byte[] snapshot = take(server);
        Server fresh = Server.auto(hsm);
        assertFalse(fresh.initialiser().initialised());
        fresh.storage.breaksAfterExchange = true;
        Restoration restoration = fresh.restoration(directory);
        assertThrows(FaultException.class, () -> restoration.found(upload(snapshot), false));
        assertTrue(fresh.initialiser().initialised());
        fresh.unsealer().start();
        Await.until(() -> !fresh.unsealer().sealed());
        assertEquals(Optional.of("then"), fresh.read("kept"));
    }

    @Test
    void anEmptyServerWithSharesTakesItsWordOnlyWithForceAndOpensByTheShares() {
        String share = openByShares();
        put("kept", "then");
        byte[] snapshot = take(server);
        Server fresh = Server.shamir();
        assertBad("could not verify", () -> fresh.restoration(directory).found(upload(snapshot), false));
        assertFalse(fresh.initialiser().initialised());
        fresh.restoration(directory).found(upload(snapshot), true);
        assertTrue(fresh.unsealer().sealed());
        fresh.offer(share);
        assertEquals(Optional.of("then"), fresh.read("kept"));
    }

    @Test
    void anotherClustersSnapshotIsTakenWithForceOnly() {
        Server other = initialised(Server.auto(new FakeDevice()));
        byte[] snapshot = take(other);
        put("kept", "now");
        assertBad("could not verify", () -> server.restoration(directory).restore(upload(snapshot), false));
        assertEquals(Optional.of("now"), server.read("kept"));
        server.restoration(directory).restore(upload(snapshot), true);
        assertTrue(server.unsealer().sealed());
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        server.unsealer().close();
        server.restart(other.seals);
        server.unsealer().start();
        Await.until(() -> !server.unsealer().sealed());
    }

    @Test
    void aDeviceThatIsAwayIsNotTakenForAnotherOne() {
        byte[] snapshot = take(server);
        server.rotation().rotate();
        hsm.failing = HsmProblem.AWAY;
        Fault fault = assertThrows(
                        FaultException.class,
                        () -> server.restoration(directory).restore(upload(snapshot), false))
                .fault();
        assertInstanceOf(Fault.HsmFailed.class, fault);
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void aSnapshotThatWasChangedByWhoHasNoKeyIsRefusedEvenWithForce() throws IOException {
        put("kept", "then");
        byte[] one = take(server);
        put("kept", "now");
        byte[] two = take(server);
        byte[] mixed = SnapshotForge.sealedBy(one, two);
        assertBad(
                "changed after it was made", () -> server.restoration(directory).restore(upload(mixed), false));
        assertBad(
                "changed after it was made", () -> server.restoration(directory).restore(upload(mixed), true));
        assertEquals(Optional.of("now"), server.read("kept"));
        assertFalse(server.unsealer().sealed());
    }

    /** The live key tells, without any device: that the seal does not fit is no sign of another root key. */
    @Test
    void withSharesOrADeviceThatIsAwayAChangedSnapshotIsRefusedEvenWithForce() throws IOException {
        assertChangedIsRefused(() -> hsm.failing = HsmProblem.AWAY);
        openByShares();
        assertChangedIsRefused(() -> {});
    }

    private void assertChangedIsRefused(Runnable beforeTheRestore) throws IOException {
        put("kept", "then");
        byte[] one = take(server);
        put("kept", "now");
        byte[] two = take(server);
        beforeTheRestore.run();
        for (byte[] bad : List.of(SnapshotForge.sealedBy(one, two), SnapshotForge.withOtherKeyring(one))) {
            for (boolean force : new boolean[] {false, true}) {
                assertBad(
                        "changed after it was made",
                        () -> server.restoration(directory).restore(upload(bad), force));
            }
        }
        assertEquals(Optional.of("now"), server.read("kept"));
        assertFalse(server.unsealer().sealed());
    }

    /** Of before a rekey: another key, which is no reason to call it changed. */
    @Test
    void withSharesASnapshotFromBeforeARekeyIsTakenWithForce() {
        String share = openByShares();
        put("kept", "then");
        byte[] snapshot = take(server);
        String nonce =
                server.rootRekey().start(ShareOrder.of(1, 1), false, false).nonce();
        RekeyTest.giveAll(server.rootRekey(), List.of(share), nonce);
        assertBad("could not verify", () -> server.restoration(directory).restore(upload(snapshot), false));
        server.restoration(directory).restore(upload(snapshot), true);
        assertTrue(server.unsealer().sealed());
        server.offer(share);
        assertEquals(Optional.of("then"), server.read("kept"));
    }

    @Test
    void anUploadThatBreaksOffChangesNothing() {
        put("kept", "now");
        byte[] snapshot = take(server);
        InputStream gone = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the connection is gone");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };
        Upload half =
                () -> new java.io.SequenceInputStream(new ByteArrayInputStream(snapshot, 0, snapshot.length / 2), gone);
        assertBad("did not arrive whole", () -> server.restoration(directory).restore(half, false));
        assertBad(
                "cut off",
                () -> server.restoration(directory)
                        .restore(upload(java.util.Arrays.copyOf(snapshot, snapshot.length / 2)), false));
        assertFalse(server.unsealer().sealed());
        assertEquals(Optional.of("now"), server.read("kept"));
    }

    @Test
    void aFullDiskAtTheExchangeLeavesAllAsItWasAndOpen() {
        put("kept", "then");
        byte[] snapshot = take(server);
        put("kept", "now");
        Restoration restoration = server.restoration(directory);
        server.storage.allowed.set(0);
        Fault fault = assertThrows(FaultException.class, () -> restoration.restore(upload(snapshot), false))
                .fault();
        assertInstanceOf(Fault.StorageFailed.class, fault);
        server.storage.allowed.set(-1);
        Await.until(() -> !server.unsealer().sealed());
        assertEquals(Optional.of("now"), server.read("kept"));
    }

    /** The storage is exchanged, the keyring's own store cannot follow: the next start, or attempt, finishes it. */
    @Test
    void aKeyringThatCannotBeSavedIsSavedLater() {
        put("kept", "then");
        byte[] snapshot = take(server);
        server.rotation().rotate();
        put("kept", "now");
        server.keyring.allowed = 0;
        server.restoration(directory).restore(upload(snapshot), false);
        assertTrue(server.unsealer().sealed());
        server.keyring.allowed = -1;
        Await.until(() -> !server.unsealer().sealed());
        assertEquals(Optional.of("then"), server.read("kept"));
    }

    @Test
    void aCrashAfterTheExchangeIsFinishedByTheNextStart() {
        put("kept", "then");
        byte[] snapshot = take(server);
        server.rotation().rotate();
        for (int saves = 0; saves < 2; saves++) {
            server.keyring.allowed = saves;
            server.restoration(directory).restore(upload(snapshot), false);
            server.unsealer().close();
            server.keyring.allowed = -1;
            server.restart();
            server.unsealer().start();
            Await.until(() -> !server.unsealer().sealed());
            assertEquals(Optional.of("then"), server.read("kept"));
            put("kept", "now");
        }
    }

    @Test
    void aServerThatWasSealedMeanwhileStaysSealed() {
        byte[] snapshot = take(server);
        Upload sealing = () -> {
            server.unsealer().seal();
            return new ByteArrayInputStream(snapshot);
        };
        assertInstanceOf(
                Fault.Sealed.class,
                assertThrows(
                                FaultException.class,
                                () -> server.restoration(directory).restore(sealing, false))
                        .fault());
        assertTrue(server.unsealer().sealed());
    }

    private void put(String key, String value) {
        server.view().put(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] take(Server from) {
        try (StoredSnapshot snapshot = from.restoration(directory).take()) {
            ByteArrayOutputStream taken = new ByteArrayOutputStream();
            snapshot.writeTo(taken);
            return taken.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Upload upload(byte[] snapshot) {
        return () -> new ByteArrayInputStream(snapshot);
    }

    private static void assertBad(String text, Runnable work) {
        Fault fault = assertThrows(FaultException.class, work::run).fault();
        assertInstanceOf(Fault.BadRequest.class, fault, fault.toString());
        assertTrue(fault.toString().contains(text), fault.toString());
    }
}
