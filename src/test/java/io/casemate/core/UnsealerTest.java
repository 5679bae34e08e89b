package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.ShamirSeal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsealerTest {
    @Test
    void progressIsCountedUnderOneNonceUntilItIsEnough() {
        Server server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(5, 3));
        assertEquals("", server.unsealer().status().nonce());
        SealStatus first = server.offer(shares.get(4));
        assertEquals(1, first.progress());
        assertEquals(3, first.threshold());
        assertEquals(5, first.shares());
        SealStatus again = server.offer(shares.get(4));
        assertEquals(1, again.progress());
        SealStatus second = server.offer(shares.get(0));
        assertEquals(2, second.progress());
        assertEquals(first.nonce(), second.nonce());
        SealStatus open = server.offer(shares.get(2));
        assertFalse(open.sealed());
        assertEquals(0, open.progress());
        assertEquals("", open.nonce());
        assertEquals(server.barrier().clusterId(), open.clusterId());
        assertFalse(server.offer(shares.get(1)).sealed());
        assertEquals(0, server.unsealer().status().progress());
    }

    @Test
    void resetForgetsAndTheNextRoundHasAnotherNonce() {
        Server server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        String nonce = server.offer(shares.getFirst()).nonce();
        assertEquals(0, server.unsealer().reset().progress());
        assertNotEquals(nonce, server.offer(shares.getFirst()).nonce());
    }

    @Test
    void wrongSharesAreRefusedTogetherAndProgressStartsAgain() {
        Server server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        server.offer(shares.getFirst());
        assertEquals("Unseal failed, invalid key", refused(() -> server.offer("aa".repeat(32) + "07")));
        assertEquals(0, server.unsealer().status().progress());
        server.offer(shares.getFirst());
        String sameNumber = "aa".repeat(32) + shares.getFirst().substring(64);
        assertEquals("duplicate part detected", refused(() -> server.offer(sameNumber)));
        assertEquals(0, server.unsealer().status().progress());
        shares.subList(1, 3).forEach(server::offer);
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void aShareThatCannotBeOneDoesNotDisturbTheRound() {
        Server server = Server.shamir();
        assertEquals("Vault is not initialized", refused(() -> server.offer("aa".repeat(33))));
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        server.offer(shares.getFirst());
        assertTrue(refused(() -> server.offer("aa".repeat(32))).contains("has 32 bytes"));
        assertEquals(1, server.unsealer().status().progress());
        assertFalse(server.offer(shares.get(2)).sealed());
    }

    @Test
    void aThousandWrongSharesChangeNothing() {
        Server server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        int saves = server.keyring.saves;
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 1000; i++) {
            byte[] share = new byte[33];
            random.nextBytes(share);
            try {
                assertTrue(
                        server.offer(java.util.HexFormat.of().formatHex(share)).sealed());
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
        assertEquals(saves, server.keyring.saves);
        server.unsealer().reset();
        shares.subList(0, 2).forEach(server::offer);
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void everyOrderOfSharesWorksAndSealingWipes() {
        Server server = Server.shamir();
        List<String> shares = new ArrayList<>(server.initialise(InitRequest.shamir(4, 3)));
        for (int round = 0; round < 8; round++) {
            Collections.shuffle(shares, new SecureRandom());
            shares.subList(0, 3).forEach(server::offer);
            assertEquals("token", server.read("root").orElseThrow());
            server.unsealer().seal();
            assertTrue(server.unsealer().status().sealed());
            assertThrows(FaultException.class, () -> server.read("root"));
        }
    }

    @Test
    void aStageThatDoesNotStartLeavesItSealedWithTheReason() {
        Server server = Server.shamir();
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        server.stageFails = true;
        server.events.clear();
        FaultException e = assertThrows(FaultException.class, () -> server.offer(share));
        assertInstanceOf(Fault.UpstreamFailed.class, e.fault());
        assertEquals(List.of("+one", "-one"), server.events);
        assertTrue(server.barrier().sealed());
        assertEquals(
                "stage two did not answer as it should",
                server.unsealer().status().trouble().orElseThrow().error());
        server.stageFails = false;
        assertTrue(server.offer(share).trouble().isEmpty());
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void waitsForADeviceThatIsAwayAndSaysSo() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        server.initialise(InitRequest.recovery(1, 1));
        server.restart();
        device.failing = HsmProblem.AWAY;
        server.unsealer().start();
        Await.until(() -> server.unsealer()
                .status()
                .trouble()
                .filter(t -> t.attempts() > 3)
                .isPresent());
        SealStatus.Trouble trouble = server.unsealer().status().trouble().orElseThrow();
        assertEquals("C_Decrypt: CKR_DEVICE_REMOVED: look at the token", trouble.error());
        assertTrue(trouble.next().isPresent());
        device.failing = null;
        InitialiserTest.await(server);
        assertTrue(server.unsealer().status().trouble().isEmpty());
    }

    @Test
    void aRefusedPinIsNotTriedAgainByItself() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        server.restart();
        device.failing = HsmProblem.PIN;
        device.calls.set(0);
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        Thread.sleep(30);
        assertEquals(1, device.calls.get());
        assertTrue(server.unsealer().status().trouble().orElseThrow().next().isEmpty());

        server.offer("aa".repeat(32) + "01");
        assertEquals("Unseal failed, invalid key", refused(() -> server.offer("ab".repeat(32) + "02")));
        assertEquals(1, device.calls.get(), "strangers must not spend PIN tries");
        assertEquals(0, device.approvals.get());

        server.offer(shares.getFirst());
        assertThrows(FaultException.class, () -> server.offer(shares.get(1)));
        Thread.sleep(30);
        assertEquals(2, device.calls.get());
        assertEquals(1, device.approvals.get());
        assertTrue(server.unsealer().status().trouble().orElseThrow().error().contains("CKR_PIN_INCORRECT"));

        device.failing = null;
        server.unsealer().retry();
        InitialiserTest.await(server);
        assertEquals(2, device.approvals.get());
    }

    @Test
    void afterSealingThroughTheApiItStaysSealedUntilRecoveryShares() throws InterruptedException {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        server.unsealer().seal();
        Thread.sleep(30);
        server.unsealer().retry();
        Thread.sleep(20);
        SealStatus status = server.unsealer().status();
        assertTrue(status.sealed());
        assertTrue(status.recoverySeal());
        assertTrue(status.trouble().orElseThrow().error().startsWith("sealed through the API"));
        server.offer(shares.get(2));
        assertFalse(server.offer(shares.get(0)).sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    @Test
    void recoverySharesGoOnInTheBackgroundWhileTheDeviceIsAway() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        String share = server.initialise(InitRequest.recovery(1, 1)).getFirst();
        server.unsealer().seal();
        device.failing = HsmProblem.AWAY;
        assertThrows(FaultException.class, () -> server.offer(share));
        assertTrue(server.unsealer().sealed());
        device.failing = null;
        InitialiserTest.await(server);
    }

    @Test
    void aDamagedKeyringStoreIsExplainedAndNeverTakenForAnEmptyOne() {
        Server server = Server.shamir();
        server.initialise(InitRequest.shamir(1, 1));
        server.keyring.corrupt = true;
        server.restart();
        SealStatus status = server.unsealer().status();
        assertTrue(status.initialized());
        assertTrue(status.sealed());
        assertTrue(status.trouble().orElseThrow().error().contains("no intact generation"));
        FaultException e = assertThrows(FaultException.class, () -> server.initialise(InitRequest.shamir(1, 1)));
        assertInstanceOf(Fault.StorageFailed.class, e.fault());
    }

    @Test
    void anotherKindOfSealThanAtInitIsExplained() {
        Server server = Server.auto(new FakeDevice());
        server.initialise(InitRequest.recovery(1, 1));
        server.restart(new ShamirSeal(new SecureRandom()));
        FaultException e = assertThrows(FaultException.class, () -> server.offer("aa".repeat(32)));
        assertTrue(assertInstanceOf(Fault.Misconfigured.class, e.fault())
                .problems()
                .getFirst()
                .contains("pkcs11"));
    }

    @Test
    void aKeyWrappedByAnotherDeviceDoesNotOpen() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        server.initialise(InitRequest.recovery(1, 1));
        server.restart(new FakeDevice());
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        assertTrue(server.unsealer().status().trouble().orElseThrow().error().contains("CKR_ENCRYPTED_DATA_INVALID"));
        server.unsealer().close();
        server.restart(device);
        server.unsealer().start();
        InitialiserTest.await(server);
    }

    @Test
    void theStorageOfAnotherServerIsNotServed() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        server.initialise(InitRequest.recovery(1, 1));
        Server other = Server.auto(device);
        other.initialise(InitRequest.recovery(1, 1));
        server.keyring.restore(other.keyring.snapshot());
        server.restart();
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        assertTrue(server.unsealer().status().trouble().orElseThrow().error().contains("barrier/check"));
        assertTrue(server.unsealer().sealed());
        server.unsealer().close();
    }

    @Test
    void delaysDoubleUpToTheirLimitWithJitter() {
        SecureRandom random = new SecureRandom();
        Fault away = new Fault.HsmFailed("CKR_DEVICE_REMOVED", "C_Login", HsmProblem.AWAY, "");
        Fault pin = new Fault.HsmFailed("CKR_PIN_INCORRECT", "C_Login", HsmProblem.PIN, "");
        Fault setup = new Fault.HsmFailed("CKR_KEY_HANDLE_INVALID", "C_Decrypt", HsmProblem.SETUP, "");
        for (int i = 0; i < 100; i++) {
            between(800, 1200, RetryDelays.DEFAULT.after(1, away, random).orElseThrow());
            between(1600, 2400, RetryDelays.DEFAULT.after(2, away, random).orElseThrow());
            between(
                    3200,
                    4800,
                    RetryDelays.DEFAULT.after(1_000_000, away, random).orElseThrow());
            between(48_000, 72_000, RetryDelays.DEFAULT.after(64, setup, random).orElseThrow());
            assertTrue(RetryDelays.DEFAULT.after(1, pin, random).isEmpty());
        }
    }

    @Test
    void sealingMeanwhileAlwaysEndsSealed() throws InterruptedException {
        Server server = Server.shamir();
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        for (int round = 0; round < 50; round++) {
            Thread opener = Thread.ofPlatform().start(() -> {
                try {
                    server.offer(share);
                } catch (FaultException sealedMeanwhile) {
                    assertFalse(sealedMeanwhile.fault() instanceof Fault.Internal, sealedMeanwhile::toString);
                }
            });
            server.unsealer().seal();
            opener.join();
            server.unsealer().seal();
            assertTrue(server.unsealer().sealed());
            assertTrue(server.barrier().sealed());
        }
        server.unsealer().close();
        assertEquals(0, server.unsealer().status().progress());
    }

    private static void between(long least, long most, Duration delay) {
        assertTrue(delay.toMillis() >= least && delay.toMillis() <= most, "" + delay);
    }

    private static String refused(org.junit.jupiter.api.function.Executable work) {
        FaultException e = assertThrows(FaultException.class, work);
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }
}
