package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.RootGeneration.Order;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.ShareText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a ceremony must leave alone: the result of another, and the PIN of a device that it does not ask for. */
class CeremoniesBesideTest {
    @Test
    void aNewRootKeyKeepsTheSharesThatWereMadeWhileItWasAgreedOn() {
        Server server = Server.auto(new FakeDevice());
        List<String> former = server.initialise(InitRequest.recovery(3, 2));
        String root = server.rootRekey().start(ShareOrder.none(), false, false).nonce();
        String recovery =
                server.recoveryRekey().start(ShareOrder.of(5, 3), false, false).nonce();
        List<String> fresh = RekeyTest.giveAll(server.recoveryRekey(), former.subList(0, 2), recovery);

        RekeyTest.giveAll(server.rootRekey(), fresh.subList(0, 3), root);

        assertEquals(3, server.generation().status().required());
        server.unsealer().seal();
        fresh.subList(2, 5).forEach(server::offer);
        assertFalse(server.unsealer().sealed());
        server.stop();
    }

    @Test
    void holdersWhoOnlyAgreeDoNotFreeAPinThatWasRefused() {
        FakeDevice refusing = new FakeDevice("hsm-a");
        FakeDevice well = new FakeDevice("hsm-b");
        Server server = Server.of(Server.devices(refusing, well));
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        refusing.failing = HsmProblem.PIN;

        String nonce = server.generation().start(new Order("", "", "")).nonce();
        server.generation().update(ShareText.parse(shares.get(0)), nonce);
        assertTrue(server.generation()
                .update(ShareText.parse(shares.get(1)), nonce)
                .complete());
        String root = server.rootRekey().start(ShareOrder.none(), false, false).nonce();
        assertThrows(FaultException.class, () -> RekeyTest.giveAll(server.rootRekey(), shares.subList(0, 2), root));

        assertEquals(0, refusing.approvals.get());
        server.stop();
    }
}
