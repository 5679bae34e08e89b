package io.casemate.core;

import static io.casemate.core.Server.quorum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.ShareText;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several devices have to open together, and that changes while the server runs. */
class QuorumTest {
    private final FakeDevice a = new FakeDevice("hsm-a");
    private final FakeDevice b = new FakeDevice("hsm-b");
    private final FakeDevice c = new FakeDevice("hsm-c");
    private Server server;

    @AfterEach
    void close() {
        server.stop();
    }

    private List<String> initialise(SealSet seals) {
        server = Server.of(seals);
        return server.initialise(InitRequest.recovery(1, 1));
    }

    private KeyWraps root() {
        return root(server.keyring.snapshot());
    }

    private static KeyWraps root(Map<String, byte[]> records) {
        return WrappedRootKey.decode(records.get(WrappedRootKey.RECORD)).wraps();
    }

    private KeyWraps recovery() {
        return RecoveryKey.decode(server.keyring.snapshot().get(RecoveryKey.RECORD))
                .wraps();
    }

    private static List<String> names(KeyWraps wraps) {
        return wraps.keys().stream().map(WrappedKey::seal).toList();
    }

    private static WrappedKey of(KeyWraps wraps, String seal) {
        return wraps.keys().stream()
                .filter(key -> key.seal().equals(seal))
                .findFirst()
                .orElseThrow();
    }

    private void untilWhole() {
        Await.until(() -> server.watch().health().fullyWrapped()
                && server.watch().health().healthy());
    }

    private String warning() {
        return server.watch()
                .health()
                .quorum()
                .flatMap(SealHealth.Quorum::warning)
                .orElse("");
    }

    private String trouble() {
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        return server.unsealer().status().trouble().orElseThrow().error();
    }

    private static void away(FakeDevice... devices) {
        Stream.of(devices).forEach(device -> device.failing = HsmProblem.AWAY);
    }

    private static void back(FakeDevice... devices) {
        Stream.of(devices).forEach(device -> device.failing = null);
    }

    /** Each pair of these opens, and each alone does not. */
    private void assertAnyTwo(SealSet seals, FakeDevice... devices) {
        for (FakeDevice one : devices) {
            List<FakeDevice> others =
                    Stream.of(devices).filter(each -> each != one).toList();
            others.forEach(QuorumTest::away);
            server.unsealer().close();
            server.restart(seals);
            server.unsealer().start();
            assertTrue(trouble().contains("[" + one.name() + "] did"), trouble());
            assertTrue(server.unsealer().sealed());
            back(others.getFirst());
            InitialiserTest.await(server);
            assertEquals("token", server.read("root").orElseThrow());
            others.forEach(QuorumTest::back);
        }
    }

    @Test
    void eachHoldsAShareOfBothKeysAndAnyTwoOpen() {
        List<String> shares = initialise(quorum(2, a, b, c));
        assertEquals(List.of("hsm-a", "hsm-b", "hsm-c"), names(root()));
        assertEquals(2, root().needed());
        assertEquals(2, recovery().needed());
        assertTrue(Stream.concat(root().keys().stream(), recovery().keys().stream())
                .allMatch(key -> key.share().isPresent()));
        assertAnyTwo(quorum(2, a, b, c), a, b, c);
        server.unsealer().seal();
        away(c);
        assertFalse(server.offer(shares.getFirst()).sealed(), "recovery shares work with two of the devices");
        server.unsealer().seal();
        away(b);
        assertThrows(FaultException.class, () -> server.offer(shares.getFirst()));
        assertTrue(server.unsealer().sealed(), "and not with one");
    }

    @Test
    void tooFewAreNamedAndItOpensByItselfWhenOneIsBack() {
        initialise(quorum(2, a, b, c));
        away(b, c);
        server.reboot(quorum(2, a, b, c));
        assertTrue(
                trouble()
                        .contains("2 of the seals [hsm-a, hsm-b, hsm-c] have to open together; [hsm-a] did, missing:"
                                + " [hsm-b, hsm-c]: "),
                trouble());
        assertTrue(trouble().contains("seal 'hsm-c'"), trouble());
        assertTrue(server.unsealer().status().trouble().orElseThrow().next().isPresent());
        Await.until(() -> warning().startsWith("2 of 3 needed, 1 healthy"));
        back(c);
        InitialiserTest.await(server);
        Await.until(
                () -> warning().equals("2 of 3 needed, 2 healthy: one more loss seals you out at the next restart"));
        back(b);
        untilWhole();
        assertEquals("", warning());
    }

    @Test
    void aConfigurationWithoutEnoughOfThemSaysWhichItLacks() {
        initialise(quorum(2, a, b));
        server.reboot(quorum(1, a));
        assertTrue(trouble().contains("missing: [hsm-b]; the configuration has [hsm-a]"), trouble());
    }

    @Test
    void itIsSwitchedOnAndOffWhileTheServerRuns() {
        initialise(quorum(1, a, b, c));
        server.reboot(quorum(2, a, b, c));
        untilWhole();
        assertEquals(2, root().needed());
        assertEquals(2, recovery().needed());
        Await.until(() -> root(server.keyring.former()).needed() == 2);
        assertAnyTwo(quorum(2, a, b, c), a, b, c);

        server.reboot(quorum(3, a, b, c));
        untilWhole();
        assertEquals(3, root().needed());
        away(c);
        server.reboot(quorum(3, a, b, c));
        assertTrue(trouble().contains("[hsm-a, hsm-b] did, missing: [hsm-c]"), trouble());
        back(c);

        server.reboot(quorum(1, a, b, c));
        untilWhole();
        assertEquals(1, root().needed());
        away(a, b);
        server.reboot(quorum(1, a, b, c));
        InitialiserTest.await(server);
    }

    @Test
    void anotherQuorumWaitsUntilAllAreThere() {
        initialise(quorum(1, a, b, c));
        away(c);
        server.reboot(quorum(2, a, b, c));
        InitialiserTest.await(server);
        Await.until(() -> warning().contains("1 of 3 needed, 2 configured"));
        assertEquals(1, root().needed());
        away(b);
        server.reboot(quorum(2, a, b, c));
        InitialiserTest.await(server);
        back(b, c);
        untilWhole();
        assertEquals(2, root().needed());
    }

    @Test
    void oneThatIsDisabledOpensWithTheOthersAndHasNothingAfterAnotherQuorum() {
        initialise(quorum(2, a, b, c));
        SealSet leaving = SealSet.of(
                new ShamirSeal(new SecureRandom()),
                List.of(
                        new SealSet.Device(a, 1, false),
                        new SealSet.Device(b, 2, false),
                        new SealSet.Device(c, 3, true)),
                2);
        away(a);
        server.reboot(leaving);
        InitialiserTest.await(server);
        back(a);
        untilWhole();
        assertEquals(3, root().keys().size(), "it keeps its share while it is configured");
        server.reboot(SealSet.of(new ShamirSeal(new SecureRandom()), leaving.devices(), 1));
        untilWhole();
        assertEquals(List.of("hsm-a", "hsm-b"), names(root()));
        assertEquals(List.of("hsm-a", "hsm-b"), names(recovery()));
    }

    @Test
    void oneThatLiesStopsTheChangeAndIsNamed() {
        initialise(quorum(1, a, b));
        FakeDevice liar = new FakeDevice("hsm-c");
        liar.lying = true;
        server.reboot(quorum(2, a, b, liar));
        Await.until(() -> server.watch().health().backends().getLast().problem().contains("'hsm-c' does not give"));
        assertEquals(1, root().needed());
        assertEquals(List.of("hsm-a", "hsm-b"), names(root()));
    }

    @Test
    void anAddedAReplacedAndARemovedOneLeaveTheOthersSharesAsTheyAre() {
        initialise(quorum(2, a, b));
        List<WrappedKey> first = root().keys();
        server.reboot(quorum(2, a, b, c));
        untilWhole();
        assertEquals(first, root().keys().subList(0, 2));
        assertAnyTwo(quorum(2, a, b, c), a, b, c);

        FakeDevice replacement = new FakeDevice("hsm-b");
        replacement.token = "hsm-b/2";
        int number = of(root(), "hsm-b").share().orElseThrow().number();
        server.reboot(quorum(2, a, replacement, c));
        untilWhole();
        assertEquals(first.getFirst(), of(root(), "hsm-a"));
        assertEquals(
                number,
                of(root(), "hsm-b").share().orElseThrow().number(),
                "the old and the new one make no two shares");
        assertAnyTwo(quorum(2, a, replacement, c), a, replacement, c);

        server.reboot(quorum(2, replacement, c));
        untilWhole();
        assertEquals(List.of("hsm-c", "hsm-b"), names(root()));
        assertEquals(2, recovery().keys().size());
    }

    @Test
    void oneThatWasReplacedWaitsForEnoughOthers() {
        initialise(quorum(2, a, b, c));
        FakeDevice replacement = new FakeDevice("hsm-b");
        server.reboot(quorum(2, a, replacement, c));
        untilWhole();
        FakeDevice another = new FakeDevice("hsm-b");
        server.reboot(quorum(2, a, another, c));
        InitialiserTest.await(server);
        untilWhole();
        away(c);
        FakeDevice third = new FakeDevice("hsm-b");
        server.reboot(quorum(2, a, third, c));
        assertTrue(trouble().contains("missing: [hsm-c, hsm-b]"), trouble());
        back(c);
        untilWhole();
        assertAnyTwo(quorum(2, a, third, c), a, third, c);
    }

    @Test
    void emergencySharesLetNewOnesInWhenTooFewAreLeft() {
        initialise(quorum(2, a, b, c));
        List<String> shares =
                server.emergency(true).create(1, 1).stream().map(ShareText::hex).toList();
        away(b, c);
        FakeDevice bought = new FakeDevice("hsm-new");
        server.reboot(quorum(2, a, bought));
        assertTrue(trouble().contains("[hsm-a] did"), trouble());
        server.unsealer().offer(ShareText.parse(shares.getFirst()), Unsealer.Aim.EMERGENCY);
        untilWhole();
        assertEquals(List.of("hsm-a", "hsm-new", "emergency"), names(root()));
        server.reboot(quorum(2, a, bought));
        InitialiserTest.await(server);
        away(a, bought);
        server.reboot(quorum(2, a, bought));
        assertFalse(server.unsealer()
                .offer(ShareText.parse(shares.getFirst()), Unsealer.Aim.EMERGENCY)
                .sealed());
    }

    @Test
    void aNewRootKeyAndANewRecoveryKeyAreSplitToo() {
        List<String> shares = initialise(quorum(2, a, b, c));
        server.rotation().rotate();
        String nonce =
                server.recoveryRekey().start(ShareOrder.of(1, 1), false, false).nonce();
        String fresh = RekeyTest.giveAll(server.recoveryRekey(), shares, nonce).getFirst();
        assertEquals(2, root().needed());
        assertEquals(2, recovery().needed());
        assertAnyTwo(quorum(2, a, b, c), a, b, c);
        server.unsealer().seal();
        assertFalse(server.offer(fresh).sealed());
    }

    @Test
    void oneTokenIsNotTwoSeals() {
        b.token = a.token;
        server = Server.of(quorum(2, a, b));
        FaultException e = assertThrows(FaultException.class, () -> server.initialise(InitRequest.recovery(1, 1)));
        String problem = assertInstanceOf(Fault.Misconfigured.class, e.fault())
                .problems()
                .getFirst();
        assertTrue(problem.contains("'hsm-b' and seal 'hsm-a' are one token (hsm-a/1)"), problem);
        assertFalse(server.initialiser().initialised());
    }

    @Test
    void fromSharesToAQuorumAndBack() {
        server = Server.shamir();
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        server.reboot(quorum(2, a, b));
        server.unsealer().offer(ShareText.parse(share), Unsealer.Aim.MIGRATE);
        assertEquals(2, root().needed());
        away(a);
        server.reboot(quorum(2, a, b));
        assertTrue(trouble().contains("[hsm-b] did, missing: [hsm-a]"), trouble());
        back(a);
        SealSet leaving = SealSet.of(
                new ShamirSeal(new SecureRandom()),
                List.of(new SealSet.Device(a, 1, true), new SealSet.Device(b, 2, true)));
        server.reboot(leaving);
        InitialiserTest.await(server);
        server.unsealer().offer(ShareText.parse(share), Unsealer.Aim.MIGRATE);
        assertEquals(List.of("shamir"), names(root()));
        away(a, b);
        server.reboot(SealSet.shamir(new ShamirSeal(new SecureRandom())));
        assertFalse(server.offer(share).sealed());
    }
}
