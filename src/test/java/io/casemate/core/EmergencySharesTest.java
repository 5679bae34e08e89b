package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.ShareText;
import io.casemate.seal.WrappedRootKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shares that open the server with every device away. */
class EmergencySharesTest {
    private final FakeDevice device = new FakeDevice("hsm-a");
    private final Server server = Server.of(Server.devices(device));
    private final String recovery =
            server.initialise(InitRequest.recovery(1, 1)).getFirst();

    @AfterEach
    void close() {
        server.stop();
    }

    private List<String> create(int shares, int threshold) {
        List<SecretBytes> made = server.emergency(true).create(shares, threshold);
        return made.stream().map(ShareText::hex).toList();
    }

    private SealStatus offer(String share) {
        return server.unsealer().offer(ShareText.parse(share), Unsealer.Aim.EMERGENCY);
    }

    private static String refused(org.junit.jupiter.api.function.Executable work) {
        FaultException e = assertThrows(FaultException.class, work);
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }

    private void restart(FakeDevice... devices) {
        server.unsealer().close();
        server.restart(Server.devices(devices));
        server.unsealer().start();
    }

    @Test
    void theyFollowANewRootKeyAndANewRecoveryKeyInTheSameStep() {
        List<String> shares = create(1, 1);
        server.rotation().rotate();
        String nonce =
                server.recoveryRekey().start(ShareOrder.of(1, 1), false, false).nonce();
        RekeyTest.giveAll(server.recoveryRekey(), List.of(recovery), nonce);
        Map<String, byte[]> stored = server.keyring.snapshot();
        assertEquals(
                2,
                WrappedRootKey.decode(stored.get(WrappedRootKey.RECORD)).keys().size());
        assertEquals(
                2, RecoveryKey.decode(stored.get(RecoveryKey.RECORD)).keys().size());
        device.failing = HsmProblem.AWAY;
        restart(device);
        assertFalse(offer(shares.getFirst()).sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    @Test
    void theyOpenWithEveryDeviceAway() {
        List<String> shares = create(3, 2);
        assertEquals(
                new SealConfiguration("emergency", 3, 2),
                server.unsealer().status().emergency().orElseThrow());
        device.failing = HsmProblem.AWAY;
        restart(device);
        assertEquals(1, offer(shares.get(2)).progress());
        assertFalse(offer(shares.get(0)).sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    @Test
    void aNewDeviceGetsItsWrapsAfterTheyOpenedAndTheRecoverySharesStayTheSame() {
        List<String> shares = create(1, 1);
        device.failing = HsmProblem.AWAY;
        FakeDevice bought = new FakeDevice("hsm-new");
        restart(bought);
        assertFalse(offer(shares.getFirst()).sealed());
        server.watch().start();
        Await.until(() -> server.watch().health().fullyWrapped());
        restart(bought);
        InitialiserTest.await(server);
        server.unsealer().seal();
        assertFalse(server.offer(recovery).sealed());
    }

    @Test
    void recoverySharesAreNoneAndOthersAreRefused() {
        List<String> shares = create(1, 1);
        device.failing = HsmProblem.AWAY;
        restart(device);
        assertEquals("Unseal failed, invalid key", refused(() -> offer(recovery)));
        assertEquals("Unseal failed, invalid key", refused(() -> server.offer(shares.getFirst())));
        assertTrue(server.unsealer().sealed());
    }

    @Test
    void removedTheyOpenNothing() {
        List<String> shares = create(1, 1);
        Map<String, byte[]> with = server.keyring.snapshot();
        server.emergency(true).remove();
        assertTrue(server.unsealer().status().emergency().isEmpty());
        WrappedRootKey root = WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD));
        assertEquals(
                WrappedRootKey.decode(with.get(WrappedRootKey.RECORD)).keys().size() - 1,
                root.keys().size());
        server.unsealer().seal();
        assertEquals("this server has no emergency shares", refused(() -> offer(shares.getFirst())));
        assertEquals(
                "there are no emergency shares",
                refused(() -> server.emergency(true).remove()));
    }

    @Test
    void theyAreMadeOnlyWhenAllowedAndOnce() {
        assertTrue(refused(() -> server.emergency(false).create(3, 2)).contains("emergency_shares: true"));
        assertTrue(refused(() -> create(3, 4)).contains("threshold"));
        create(3, 2);
        assertTrue(refused(() -> create(3, 2)).contains("already"));
        Server people = Server.shamir();
        people.offer(people.initialise(InitRequest.shamir(1, 1)).getFirst());
        assertTrue(refused(() -> people.emergency(true).create(3, 2)).contains("a device guards"));
    }

    @Test
    void aDeviceThatIsAwayMakesNone() {
        device.failing = HsmProblem.AWAY;
        int saves = server.keyring.saves;
        assertThrows(FaultException.class, () -> create(3, 2));
        assertEquals(saves, server.keyring.saves);
        assertTrue(server.unsealer().status().emergency().isEmpty());
        device.failing = null;
        create(3, 2);
    }

    @Test
    void theyFollowANewListOfWrapsByThemselves() {
        List<String> shares = create(1, 1);
        WrappedRootKey root = WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD));
        Map<String, byte[]> records = server.keyring.snapshot();
        records.put(
                WrappedRootKey.RECORD,
                new WrappedRootKey(root.id(), root.wraps().without(EmergencySeal::made)).encode());
        server.keyring.restore(records);
        restart(device);
        InitialiserTest.await(server);
        server.watch().start();
        Await.until(() -> server.watch().health().fullyWrapped());
        device.failing = HsmProblem.AWAY;
        restart(device);
        assertFalse(offer(shares.getFirst()).sealed());
    }
}
