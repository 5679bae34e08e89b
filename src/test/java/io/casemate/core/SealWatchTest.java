package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Seals are added, heal, are replaced and removed while the server runs. */
class SealWatchTest {
    private final FakeDevice first = new FakeDevice("hsm-a");
    private final FakeDevice second = new FakeDevice("hsm-b");
    private final Server server = Server.of(Server.devices(first));
    private List<String> shares;

    @AfterEach
    void close() {
        server.stop();
    }

    /** One seal at first; then the process starts again with these. */
    private void initialiseThenRestartWith(SealSet seals) {
        shares = server.initialise(InitRequest.recovery(1, 1));
        restart(seals);
    }

    private void restart(SealSet seals) {
        server.unsealer().close();
        server.restart(seals);
        server.unsealer().start();
        server.watch().start();
    }

    private List<String> wrappedBy() {
        return wrappedBy(server.keyring.snapshot());
    }

    private static List<String> wrappedBy(Map<String, byte[]> records) {
        WrappedRootKey root = WrappedRootKey.decode(records.get(WrappedRootKey.RECORD));
        RecoveryKey recovery = RecoveryKey.decode(records.get(RecoveryKey.RECORD));
        List<String> names = names(root.keys());
        assertEquals(names, names(recovery.keys()), "both keys change in one step");
        return names;
    }

    private static List<String> names(List<WrappedKey> keys) {
        return keys.stream().map(WrappedKey::seal).toList();
    }

    private SealHealth.Backend backend(String name) {
        return server.watch().health().backends().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void untilComplete() {
        Await.until(() -> server.watch().health().fullyWrapped()
                && server.watch().health().healthy());
    }

    @Test
    void anAddedSealGetsItsWrapAndOpensAloneAfterwards() {
        initialiseThenRestartWith(Server.devices(first, second));
        untilComplete();
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy());
        first.failing = HsmProblem.AWAY;
        restart(Server.devices(first, second));
        InitialiserTest.await(server);
        server.unsealer().seal();
        assertFalse(server.offer(shares.getFirst()).sealed(), "the recovery shares are the same");
    }

    @Test
    void oneThatIsAwayIsToldAndGetsItsWrapWhenItHeals() {
        second.failing = HsmProblem.AWAY;
        initialiseThenRestartWith(Server.devices(first, second));
        Await.until(
                () -> backend("hsm-a").healthy() && backend("hsm-b").problem().contains("CKR_DEVICE_REMOVED"));
        assertFalse(server.watch().health().fullyWrapped());
        assertFalse(server.watch().health().healthy());
        assertEquals(backend("hsm-b").unhealthySince(), server.watch().health().unhealthySince());
        assertTrue(server.watch().trouble().orElse("").startsWith("seal hsm-b: "), "told while the other serves");
        assertEquals(List.of("hsm-a"), wrappedBy());
        int saves = server.keyring.saves;
        second.failing = null;
        untilComplete();
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy());
        assertEquals(saves + 1, server.keyring.saves, "one durable step");
        Await.until(() -> server.watch().trouble().isEmpty());
    }

    @Test
    void aReplacedDeviceGetsANewWrapAndTheOthersKeepTheirs() {
        initialiseThenRestartWith(Server.devices(first, second));
        untilComplete();
        FakeDevice replacement = new FakeDevice("hsm-b");
        restart(Server.devices(first, replacement));
        untilComplete();
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy());
        first.failing = HsmProblem.AWAY;
        restart(Server.devices(first, replacement));
        InitialiserTest.await(server);
    }

    @Test
    void aRemovedSealIsDroppedOnlyWhenTheOthersWereSeenToOpen() {
        initialiseThenRestartWith(Server.devices(first, second));
        untilComplete();
        first.failing = HsmProblem.AWAY;
        second.failing = HsmProblem.AWAY;
        FakeDevice third = new FakeDevice("hsm-c");
        third.failing = HsmProblem.AWAY;
        restart(Server.devices(second, third));
        second.failing = null;
        InitialiserTest.await(server);
        Await.until(() -> backend("hsm-b").healthy());
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy(), "hsm-c has no wrap yet, so hsm-a keeps its");
        third.failing = null;
        untilComplete();
        assertEquals(List.of("hsm-b", "hsm-c"), wrappedBy());
        Await.until(() -> wrappedBy(server.keyring.former()).equals(List.of("hsm-b", "hsm-c")));
    }

    @Test
    void fromOneDeviceToAnotherWithoutPeople() {
        SealSet both = SealSet.of(
                new ShamirSeal(new SecureRandom()),
                List.of(new SealSet.Device(first, 1, true), new SealSet.Device(second, 2, false)));
        initialiseThenRestartWith(both);
        untilComplete();
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy(), "the old one keeps its wrap while it is configured");
        restart(Server.devices(second));
        untilComplete();
        assertEquals(List.of("hsm-b"), wrappedBy());
        server.unsealer().seal();
        assertFalse(server.offer(shares.getFirst()).sealed());
    }

    @Test
    void aDisabledSealIsLookedAtAsLongAsItHasAWrap() {
        SealSet seals = SealSet.of(
                new ShamirSeal(new SecureRandom()),
                List.of(new SealSet.Device(first, 1, true), new SealSet.Device(second, 2, false)));
        initialiseThenRestartWith(seals);
        untilComplete();
        restart(seals);
        untilComplete();
        Await.until(() -> backend("hsm-a").healthy());
        first.failing = HsmProblem.AWAY;
        Await.until(() -> !backend("hsm-a").healthy());
        assertTrue(server.watch().health().healthy(), "it is on its way out");
        assertEquals(1, server.watch().health().quorum().orElseThrow().able());
    }

    @Test
    void aDeviceThatLiesGetsNoWrapAndIsNamed() {
        second.lying = true;
        initialiseThenRestartWith(Server.devices(first, second));
        Await.until(() -> backend("hsm-b").problem().contains("does not give back"));
        assertEquals(List.of("hsm-a"), wrappedBy());
    }

    @Test
    void aDeviceWhoseWrapIsGoneWhileItRunsIsSeen() {
        initialiseThenRestartWith(Server.devices(first, second));
        untilComplete();
        second.failing = HsmProblem.AWAY;
        Await.until(() -> !backend("hsm-b").healthy());
        assertFalse(server.unsealer().sealed(), "the loss of a device leaves the server open");
        second.failing = null;
        untilComplete();
    }

    @Test
    void aDiskThatRefusesLeavesTheListAsItWas() {
        second.failing = HsmProblem.AWAY;
        initialiseThenRestartWith(Server.devices(first, second));
        Await.until(() -> backend("hsm-a").healthy());
        server.keyring.allowed = 0;
        second.failing = null;
        Await.until(() -> server.watch().health().storeProblem().contains("no space"));
        assertEquals(List.of("hsm-a"), wrappedBy());
        server.keyring.allowed = -1;
        untilComplete();
        assertEquals(List.of("hsm-a", "hsm-b"), wrappedBy());
    }

    @Test
    void sealedItOnlyLooks() throws InterruptedException {
        initialiseThenRestartWith(Server.devices(first, second));
        untilComplete();
        server.unsealer().seal();
        Thread.sleep(20);
        Stream.of(first, second).forEach(device -> device.calls.set(0));
        Thread.sleep(50);
        assertEquals(0, first.calls.get() + second.calls.get());
        assertTrue(server.watch().health().healthy());
    }

    @Test
    void aQuietServerAsksEachDeviceForOneDecryptionALook() throws InterruptedException {
        initialiseThenRestartWith(Server.devices(first));
        untilComplete();
        int saves = server.keyring.saves;
        first.calls.set(0);
        long before = System.nanoTime();
        Thread.sleep(60);
        long looks = Duration.ofNanos(System.nanoTime() - before).toMillis() / 5 + 2;
        assertTrue(first.calls.get() <= looks, first.calls + " calls in " + looks + " looks");
        assertTrue(first.calls.get() > 0);
        assertEquals(saves, server.keyring.saves);
    }

    @Test
    void peopleAreASealThatIsAlwaysThere() {
        Server people = Server.shamir();
        assertFalse(people.watch().health().fullyWrapped());
        people.initialise(InitRequest.shamir(1, 1));
        SealHealth health = people.watch().health();
        assertTrue(health.fullyWrapped() && health.healthy());
        assertEquals("shamir", health.backends().getFirst().type());
    }
}
