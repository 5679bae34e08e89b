package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two devices guard one root key. */
class SeveralSealsTest {
    private final FakeDevice first = new FakeDevice("hsm-a");
    private final FakeDevice second = new FakeDevice("hsm-b");
    private final Server server = Server.of(Server.devices(first, second));

    @AfterEach
    void close() {
        server.unsealer().close();
    }

    @Test
    void eachWrapsRootKeyAndRecoveryKey() {
        server.initialise(InitRequest.recovery(1, 1));
        WrappedRootKey root = WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD));
        assertEquals(
                List.of("hsm-a", "hsm-b"),
                root.keys().stream().map(WrappedKey::seal).toList());
        RecoveryKey recovery = RecoveryKey.decode(server.keyring.snapshot().get(RecoveryKey.RECORD));
        assertEquals(2, recovery.keys().size());
    }

    @Test
    void anyOfThemOpensAloneAndTheFirstIsAskedFirst() {
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        for (FakeDevice away : List.of(first, second)) {
            server.restart();
            away.failing = HsmProblem.AWAY;
            server.unsealer().start();
            InitialiserTest.await(server);
            server.unsealer().seal();
            server.offer(shares.get(0));
            assertFalse(server.offer(shares.get(1)).sealed(), "recovery shares work with one device, too");
            server.unsealer().close();
            away.failing = null;
        }
        server.restart();
        second.calls.set(0);
        server.unsealer().start();
        InitialiserTest.await(server);
        assertEquals(0, second.calls.get());
    }

    @Test
    void initialisationNeedsThemAll() {
        second.failing = HsmProblem.AWAY;
        assertThrows(FaultException.class, () -> server.initialise(InitRequest.recovery(1, 1)));
        assertFalse(server.initialiser().initialised());
        assertEquals(0, server.keyring.saves);
        second.failing = null;
        second.lying = true;
        FaultException e = assertThrows(FaultException.class, () -> server.initialise(InitRequest.recovery(1, 1)));
        assertTrue(assertInstanceOf(Fault.Misconfigured.class, e.fault())
                .problems()
                .getFirst()
                .contains("'hsm-b'"));
        assertFalse(server.initialiser().initialised());
    }

    @Test
    void aRefusedPinOnOneDoesNotKeepItFromWaitingForTheOther() {
        server.initialise(InitRequest.recovery(1, 1));
        server.restart();
        first.failing = HsmProblem.PIN;
        second.failing = HsmProblem.AWAY;
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        SealStatus.Trouble trouble = server.unsealer().status().trouble().orElseThrow();
        assertTrue(trouble.next().isPresent());
        assertTrue(trouble.error().contains("CKR_PIN_INCORRECT"), trouble.error());
        assertTrue(trouble.error().contains("CKR_DEVICE_REMOVED"), trouble.error());
        second.failing = null;
        InitialiserTest.await(server);
        assertEquals(0, first.approvals.get());
    }

    @Test
    void disabledOpensAndDoesNotWrap() {
        SealSet set = SealSet.of(
                new ShamirSeal(new SecureRandom()),
                List.of(new SealSet.Device(second, 1, true), new SealSet.Device(first, 2, false)));
        assertEquals(List.of("hsm-a"), set.names());
        assertEquals(2, set.devices().size());
        assertEquals("pkcs11", set.type());
        Server other = Server.of(set);
        other.initialise(InitRequest.recovery(1, 1));
        assertEquals(0, second.calls.get());
        other.unsealer().close();
    }

    @Test
    void aFailureOfOneAloneIsToldAsItIs() {
        server.initialise(InitRequest.recovery(1, 1));
        server.restart(Server.devices(second));
        second.failing = HsmProblem.AWAY;
        FaultException e = assertThrows(
                FaultException.class, () -> server.unsealer().opener().openByDevice());
        assertEquals(
                "look at the token",
                assertInstanceOf(HsmFailed.class, e.fault()).advice());
    }
}
