package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** From shares to devices and back, with the shares that people have. */
class MigrationTest {
    private final FakeDevice first = new FakeDevice("hsm-a");
    private final FakeDevice second = new FakeDevice("hsm-b");
    private Server server;

    @AfterEach
    void close() {
        server.unsealer().close();
    }

    private static SealSet leaving(FakeDevice device) {
        return SealSet.of(new ShamirSeal(new SecureRandom()), List.of(new SealSet.Device(device, 1, true)));
    }

    private SealStatus migrate(String share) {
        return server.unsealer().offer(io.casemate.seal.ShareText.parse(share), Unsealer.Aim.MIGRATE);
    }

    private List<String> wrappedBy() {
        return WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD)).keys().stream()
                .map(WrappedKey::seal)
                .toList();
    }

    private void restart(SealSet seals) {
        server.unsealer().close();
        server.restart(seals);
        server.unsealer().start();
    }

    private List<String> shamirThen(SealSet seals) {
        server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        restart(seals);
        return shares;
    }

    private List<String> devicesThen(SealSet seals) {
        server = Server.of(Server.devices(first));
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        restart(seals);
        return shares;
    }

    @Test
    void fromSharesToTwoDevices() {
        List<String> shares = shamirThen(Server.devices(first, second));
        SealStatus before = server.unsealer().status();
        assertTrue(before.migration());
        assertFalse(before.recoverySeal(), "shares unseal until it is done");
        assertTrue(before.trouble().orElseThrow().error().contains("-migrate"));
        assertEquals(1, migrate(shares.get(2)).progress());
        SealStatus after = migrate(shares.get(0));
        assertFalse(after.sealed());
        assertFalse(after.migration());
        assertTrue(after.recoverySeal());
        assertEquals("pkcs11", after.type());
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy());
        assertEquals("token", server.read("root").orElseThrow());

        restart(Server.devices(first, second));
        InitialiserTest.await(server);
        server.unsealer().seal();
        server.offer(shares.get(1));
        assertFalse(server.offer(shares.get(2)).sealed(), "the unseal shares are recovery shares now");
    }

    @Test
    void fromADeviceToSharesWhileTheServerRuns() {
        List<String> shares = devicesThen(leaving(first));
        InitialiserTest.await(server);
        assertTrue(server.unsealer().status().migration());
        assertTrue(server.unsealer().status().recoverySeal());
        migrate(shares.get(0));
        SealStatus after = migrate(shares.get(1));
        assertFalse(after.sealed());
        assertFalse(after.migration());
        assertFalse(after.recoverySeal());
        assertEquals("shamir", after.type());
        assertEquals(List.of("shamir"), wrappedBy());
        assertFalse(server.keyring.snapshot().containsKey(RecoveryKey.RECORD));

        first.failing = HsmProblem.AWAY;
        restart(SealSet.shamir(new ShamirSeal(new SecureRandom())));
        server.offer(shares.get(2));
        assertFalse(server.offer(shares.get(0)).sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    /** Unseal shares are recovery shares now: with the files of before they must not open what is written later. */
    @Test
    void whatGuardedTheFormerRootKeyOpensNothingThatIsWrittenLater() {
        List<String> shares = shamirThen(Server.devices(first));
        Map<String, byte[]> before = server.keyring.snapshot();
        migrate(shares.get(0));
        migrate(shares.get(1));
        assertEquals(2, server.barrier().keyStatus().term());
        assertForgotten(before);
        server.keyring.restore(before);
        restart(SealSet.shamir(new ShamirSeal(new SecureRandom())));
        server.offer(shares.get(0));
        assertRolledBack(() -> server.offer(shares.get(1)));
    }

    /** A device that was left behind has no power over what is written later, whoever has it then. */
    @Test
    void aDeviceThatWasLeftOpensNothingThatIsWrittenLater() {
        List<String> shares = devicesThen(leaving(first));
        InitialiserTest.await(server);
        Map<String, byte[]> before = server.keyring.snapshot();
        migrate(shares.get(0));
        migrate(shares.get(1));
        assertForgotten(before);
        server.keyring.restore(before);
        server.unsealer().close();
        server.restart(Server.devices(first));
        assertRolledBack(server.unsealer().opener()::openByDevice);
    }

    private void assertForgotten(Map<String, byte[]> records) {
        for (Map<String, byte[]> generation : List.of(server.keyring.snapshot(), server.keyring.former())) {
            assertFalse(Arrays.equals(records.get("core/wrapped-root-keys"), generation.get("core/wrapped-root-keys")));
            assertFalse(Arrays.equals(records.get("core/keyring-key"), generation.get("core/keyring-key")));
        }
    }

    private static void assertRolledBack(Executable opening) {
        FaultException e = assertThrows(FaultException.class, opening);
        assertEquals(StorageProblem.ROLLED_BACK, ((Fault.StorageFailed) e.fault()).problem());
    }

    @Test
    void aDiskThatIsFullAtTheStepLeavesTheFormerSealAndTheServerSealed() {
        List<String> shares = shamirThen(Server.devices(first));
        server.keyring.allowed = 0;
        migrate(shares.get(0));
        assertThrows(FaultException.class, () -> migrate(shares.get(1)));
        assertTrue(server.unsealer().sealed());
        server.keyring.allowed = -1;
        assertEquals(List.of("shamir"), wrappedBy());
        migrate(shares.get(0));
        assertFalse(migrate(shares.get(2)).sealed());
        assertEquals(List.of("hsm-a"), wrappedBy());
    }

    @Test
    void withoutMigrateItOpensAndStaysAsItWas() {
        List<String> shares = shamirThen(Server.devices(first));
        server.offer(shares.get(0));
        SealStatus open = server.offer(shares.get(1));
        assertFalse(open.sealed());
        assertTrue(open.migration());
        assertEquals(List.of("shamir"), wrappedBy());
        migrate(shares.get(0));
        assertFalse(migrate(shares.get(1)).migration(), "and migrates while it is open");
        assertEquals(List.of("hsm-a"), wrappedBy());
    }

    @Test
    void sharesForOneAimDoNotCountForTheOther() {
        List<String> shares = shamirThen(Server.devices(first));
        server.offer(shares.get(0));
        assertEquals(1, migrate(shares.get(1)).progress());
        assertTrue(server.unsealer().sealed());
    }

    @Test
    void aDeviceThatIsAwayLeavesEverythingAsItWas() {
        List<String> shares = shamirThen(Server.devices(first, second));
        second.failing = HsmProblem.AWAY;
        int saves = server.keyring.saves;
        migrate(shares.get(0));
        FaultException e = assertThrows(FaultException.class, () -> migrate(shares.get(1)));
        assertInstanceOf(Fault.HsmFailed.class, e.fault());
        assertEquals(saves, server.keyring.saves);
        server.offer(shares.get(0));
        assertFalse(server.offer(shares.get(1)).sealed());
    }

    @Test
    void wrongSharesMigrateNothing() {
        List<String> shares = devicesThen(leaving(first));
        InitialiserTest.await(server);
        int saves = server.keyring.saves;
        migrate(shares.get(0));
        assertThrows(FaultException.class, () -> migrate("ab".repeat(32) + "07"));
        assertEquals(saves, server.keyring.saves);
        assertTrue(server.unsealer().status().migration());
    }

    @Test
    void whatIsNotConfiguredCannotBeMigrated() {
        server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(1, 1));
        FaultException e = assertThrows(FaultException.class, () -> migrate(shares.getFirst()));
        assertInstanceOf(Fault.BadRequest.class, e.fault());
        server.offer(shares.getFirst());
        assertFalse(migrate(shares.getFirst()).sealed(), "open and nothing pending: the status, as in Vault");
    }

    /** Every call to a device and every durable step is the last one once; afterwards the old or the new seal opens. */
    @Test
    void whereverItIsInterruptedOneOfTheSealsOpens() {
        int steps = 0;
        for (boolean finished = false; !finished; steps++) {
            List<String> shares = shamirThen(Server.devices(first, second));
            finished = interruptedAt(steps, shares);
            InitialiserTest.await(opened(shares));
            server.unsealer().close();
        }
        assertTrue(steps > 9, "two devices, two keys each, wrapped and opened, and one durable step: " + steps);
        int back = 0;
        for (boolean finished = false; !finished; back++) {
            List<String> shares = devicesThen(leaving(first));
            InitialiserTest.await(server);
            finished = interruptedAt(back, shares);
            InitialiserTest.await(opened(shares));
            server.unsealer().close();
        }
        assertTrue(back > 3, "authorised, opened, and one durable step: " + back);
    }

    /** True when the migration went through before the interruption was due. */
    private boolean interruptedAt(int step, List<String> shares) {
        Interruption interruption = new Interruption(step);
        first.hook = interruption;
        second.hook = interruption;
        server.keyring.hook = interruption;
        try {
            migrate(shares.get(0));
            migrate(shares.get(1));
            return true;
        } catch (Interruption.End end) {
            return false;
        } finally {
            first.hook = () -> {};
            second.hook = () -> {};
            server.keyring.hook = () -> {};
        }
    }

    /** As a new process finds it: with the configuration of before the migration or of after it, without -migrate. */
    private Server opened(List<String> shares) {
        boolean byDevice = server.keyring.snapshot().containsKey(RecoveryKey.RECORD);
        server.restart(byDevice ? Server.devices(first, second) : SealSet.shamir(new ShamirSeal(new SecureRandom())));
        server.unsealer().start();
        if (!byDevice) {
            server.offer(shares.get(0));
            server.offer(shares.get(1));
        }
        return server;
    }
}
