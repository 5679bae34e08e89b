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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitialiserTest {
    @Test
    void withSharesItIsSealedAfterwardsAndTheSharesOpenIt() {
        Server server = Server.shamir();
        assertFalse(server.unsealer().status().initialized());
        assertEquals(0, server.unsealer().status().threshold());
        List<String> shares = server.initialise(InitRequest.shamir(5, 3));
        assertEquals(5, shares.size());
        assertEquals(66, shares.getFirst().length());
        assertTrue(server.unsealer().sealed());
        assertEquals(List.of("+one", "+two", "-two", "-one"), server.events);
        server.restart();
        shares.subList(1, 4).forEach(server::offer);
        assertFalse(server.unsealer().sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    @Test
    void withADeviceItIsOpenAfterwardsAndOpensItself() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        try (InitResult result = server.initialiser().initialise(InitRequest.recovery(3, 2))) {
            assertTrue(result.recovery());
            assertEquals("hvs.root", result.rootTokenText());
        }
        assertFalse(server.unsealer().sealed());
        server.restart();
        server.unsealer().start();
        await(server);
        assertEquals("token", server.read("root").orElseThrow());
    }

    @Test
    void isDoneOnce() {
        Server server = Server.shamir();
        List<String> shares = server.initialise(InitRequest.shamir(1, 1));
        assertEquals(64, shares.getFirst().length());
        Map<String, byte[]> before = server.keyring.snapshot();
        assertEquals(
                List.of("Vault is already initialized"), refused(() -> server.initialise(InitRequest.shamir(1, 1))));
        server.offer(shares.getFirst());
        assertEquals(
                List.of("Vault is already initialized"), refused(() -> server.initialise(InitRequest.shamir(1, 1))));
        assertEquals(before.keySet(), server.keyring.snapshot().keySet());
        assertFalse(server.unsealer().sealed());
    }

    static Stream<Arguments> wrong() {
        List<String> none = List.of();
        List<String> pgp = List.of("no key");
        return Stream.of(
                shamir("invalid seal configuration: shares must be at least one", 0, 0, none, 0),
                shamir("invalid seal configuration: threshold must be at least one", 3, 0, none, 0),
                shamir(
                        "invalid seal configuration: threshold must be greater than one for multiple shares",
                        3,
                        1,
                        none,
                        0),
                shamir("invalid seal configuration: threshold cannot be larger than shares", 3, 4, none, 0),
                shamir("invalid seal configuration: shares must be less than 256", 1L << 40, 3, none, 0),
                shamir("parameters recovery_shares not applicable to seal type shamir", 5, 3, none, 1),
                shamir("count mismatch between number of provided keys and number of shares: 1 keys, 2", 2, 2, pgp, 0),
                shamir("key 1 of 1: a recipient's key is none of these", 1, 1, pgp, 0),
                device("invalid recovery configuration: shares must be at least one", 0, 0, 0, 0),
                device("parameters secret_shares,secret_threshold not applicable to seal type pkcs11", 5, 3, 5, 3),
                device("invalid recovery configuration: threshold cannot be larger than shares", 0, 0, 2, 3));
    }

    private static Arguments shamir(String why, long shares, long threshold, List<String> pgp, long recovery) {
        return Arguments.of(
                Server.shamir(),
                why,
                order(new ShareOrder(shares, threshold, pgp, List.of()), ShareOrder.of(recovery, 0)));
    }

    private static Arguments device(String why, long shares, long threshold, long recovery, long recoveryThreshold) {
        return Arguments.of(
                Server.auto(new FakeDevice()),
                why,
                order(ShareOrder.of(shares, threshold), ShareOrder.of(recovery, recoveryThreshold)));
    }

    private static InitRequest order(ShareOrder secret, ShareOrder recovery) {
        return new InitRequest(secret, recovery, "", "");
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongParametersAreRefusedInVaultsWords(Server server, String why, InitRequest request) {
        assertTrue(refused(() -> server.initialise(request)).getFirst().startsWith(why));
        assertUntouched(server);
    }

    @Test
    void whereverTheStorageFailsItIsUninitialisedAndTheNextTryWorks() {
        int steps = 0;
        boolean finished = false;
        while (!finished) {
            Server server = Server.shamir();
            server.storage.allowed.set(steps);
            finished = attempt(server);
            if (!finished) {
                server.storage.allowed.set(-1);
                assertUntouched(server);
                assertWorksAfterwards(server);
                steps++;
            }
            assertTrue(steps < 50);
        }
        assertEquals(5, steps);
    }

    @Test
    void whereverTheProcessDiesItIsUninitialisedAndTheNextTryWorks() {
        for (int step = 0; step < 5; step++) {
            Server server = Server.shamir();
            int dies = step;
            server.storage.beforeCommit = () -> {
                if (server.storage.commits.get() == dies) {
                    throw new ThreadDeathInTest();
                }
            };
            assertThrows(ThreadDeathInTest.class, () -> server.initialise(InitRequest.shamir(1, 1)));
            server.storage.beforeCommit = () -> {};
            server.restart();
            assertFalse(server.initialiser().initialised());
            assertWorksAfterwards(server);
        }
    }

    @Test
    void whenTheKeyringStoreOrTheTokenOrAStageFailsItIsUninitialised() {
        Server server = Server.shamir();
        server.keyring.allowed = 0;
        assertFalse(attempt(server));
        assertUntouched(server);
        server.keyring.allowed = -1;
        server.tokenFails = true;
        assertFalse(attempt(server));
        assertUntouched(server);
        server.tokenFails = false;
        server.stageFails = true;
        assertFalse(attempt(server));
        assertUntouched(server);
        assertEquals(List.of("+one", "-one"), server.events.subList(server.events.size() - 2, server.events.size()));
        server.stageFails = false;
        assertWorksAfterwards(server);
    }

    @Test
    void whereverTheDeviceFailsItIsUninitialised() {
        for (int call = 0; call < 4; call++) {
            FakeDevice device = new FakeDevice();
            Server server = Server.auto(device);
            device.failing = HsmProblem.AWAY;
            device.workingCalls.set(call);
            FaultException e = assertThrows(FaultException.class, () -> server.initialise(InitRequest.recovery(1, 1)));
            assertInstanceOf(Fault.HsmFailed.class, e.fault());
            assertUntouched(server);
            device.failing = null;
            server.initialise(InitRequest.recovery(1, 1));
            assertFalse(server.unsealer().sealed());
        }
    }

    @Test
    void aDeviceThatDoesNotGiveBackWhatItWrappedIsNotTrusted() {
        FakeDevice device = new FakeDevice();
        device.lying = true;
        Server server = Server.auto(device);
        FaultException e = assertThrows(FaultException.class, () -> server.initialise(InitRequest.recovery(1, 1)));
        assertInstanceOf(Fault.Misconfigured.class, e.fault());
        assertUntouched(server);
    }

    private static boolean attempt(Server server) {
        try {
            server.initialise(InitRequest.shamir(1, 1));
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    private static void assertUntouched(Server server) {
        assertFalse(server.initialiser().initialised());
        assertTrue(server.unsealer().sealed());
        assertTrue(server.barrier().sealed());
        assertEquals(0, server.keyring.saves);
    }

    private static void assertWorksAfterwards(Server server) {
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        server.restart();
        server.offer(share);
        assertFalse(server.unsealer().sealed());
        assertEquals("token", server.read("root").orElseThrow());
        assertFalse(server.storage.raw().containsKey("barrier/founding"));
    }

    private static List<String> refused(org.junit.jupiter.api.function.Executable work) {
        FaultException e = assertThrows(FaultException.class, work);
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details();
    }

    static void await(Server server) {
        Await.until(() -> !server.unsealer().sealed());
    }

    /** Stands for the end of the process: nothing may run after it but what a crash would leave. */
    private static final class ThreadDeathInTest extends Error {
        private static final long serialVersionUID = 1L;
    }
}
