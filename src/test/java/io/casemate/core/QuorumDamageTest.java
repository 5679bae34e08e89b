package io.casemate.core;

import static io.casemate.core.Server.quorum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealSet;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shares that are wrong, damaged or of another split open nothing and say so; a change dies at every step without harm. */
class QuorumDamageTest {
    private final FakeDevice a = new FakeDevice("hsm-a");
    private final FakeDevice b = new FakeDevice("hsm-b");
    private final FakeDevice c = new FakeDevice("hsm-c");
    private final SealSet two = quorum(2, a, b);
    private Server server = Server.of(two);

    private static KeyWraps root(Map<String, byte[]> records) {
        return WrappedRootKey.decode(records.get(WrappedRootKey.RECORD)).wraps();
    }

    private String refused(Map<String, byte[]> records) {
        server.keyring.restore(records);
        server.restart(two);
        FaultException e = assertThrows(
                FaultException.class, () -> server.unsealer().opener().openByDevice());
        assertTrue(server.unsealer().sealed());
        return e.getMessage();
    }

    /** The stored records with one word of the root key's record replaced. */
    private Map<String, byte[]> with(Map<String, byte[]> records, String old, String changed) {
        Map<String, byte[]> next = new HashMap<>(records);
        String text = new String(records.get(WrappedRootKey.RECORD), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(old), text);
        next.put(WrappedRootKey.RECORD, text.replace(old, changed).getBytes(StandardCharsets.ISO_8859_1));
        return next;
    }

    @Test
    void sharesOfAnotherSplitAreToldApart() {
        server.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> good = server.keyring.snapshot();
        KeyWraps own = root(good);
        Map<String, byte[]> stored = Map.copyOf(server.storage.raw());
        server.rotation().rotate();
        KeyWraps other = root(server.keyring.snapshot());
        String id = WrappedRootKey.decode(good.get(WrappedRootKey.RECORD)).id();

        Map<String, byte[]> mixed = new HashMap<>(good);
        KeyWraps three = own.with(other.keys().getLast()).without(own.keys().getLast()::equals);
        mixed.put(WrappedRootKey.RECORD, new WrappedRootKey(id, three).encode());
        String told = refused(mixed);
        assertTrue(
                told.contains("1 shares of split " + own.split().orElseThrow().id() + " are there, 2 are needed"),
                told);

        String renamed = other.split().orElseThrow().id();
        String text = new String(mixed.get(WrappedRootKey.RECORD), StandardCharsets.ISO_8859_1);
        mixed.put(
                WrappedRootKey.RECORD,
                text.replace(renamed, own.split().orElseThrow().id()).getBytes(StandardCharsets.ISO_8859_1));
        told = refused(mixed);
        assertTrue(told.contains("[hsm-a] did, missing: [hsm-b]"), told);
        assertTrue(told.contains("CKR_ENCRYPTED_DATA_INVALID"), "bound to its split: " + told);

        assertEquals(2, own.keys().size());
        asBefore(good, stored);
        server.restart(two);
        server.unsealer().opener().openByDevice();
        assertFalse(server.unsealer().sealed());
    }

    /** A former keyring opens a former store alone. */
    private void asBefore(Map<String, byte[]> keyring, Map<String, byte[]> stored) {
        server.keyring.restore(keyring);
        stored.forEach(server.storage::damage);
    }

    @Test
    void aStrayShareBesideGoodOnesIsNamedAndReplaced() {
        SealSet three = quorum(2, a, b, c);
        server = Server.of(three);
        server.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> good = server.keyring.snapshot();
        KeyWraps own = root(good);
        Map<String, byte[]> stored = Map.copyOf(server.storage.raw());
        server.rotation().rotate();
        WrappedKey stray = root(server.keyring.snapshot()).keys().getLast();
        KeyWraps mixed = own.without(own.keys().getLast()::equals).with(stray);
        String id = WrappedRootKey.decode(good.get(WrappedRootKey.RECORD)).id();
        good.put(WrappedRootKey.RECORD, new WrappedRootKey(id, mixed).encode());
        asBefore(good, stored);

        b.failing = HsmProblem.AWAY;
        server.restart(three);
        FaultException e = assertThrows(
                FaultException.class, () -> server.unsealer().opener().openByDevice());
        assertTrue(
                e.getMessage()
                        .contains("ANOTHER_SPLIT: seal 'hsm-c' holds a share of split "
                                + stray.share().orElseThrow().split() + ", the others hold shares of split "
                                + own.split().orElseThrow().id()),
                e.getMessage());
        b.failing = null;
        server.unsealer().opener().openByDevice();
        server.watch().start();
        Await.until(() -> server.watch().health().fullyWrapped());
        assertEquals(
                own.split().orElseThrow().id(),
                root(server.keyring.snapshot())
                        .keys()
                        .getLast()
                        .share()
                        .orElseThrow()
                        .split());
        server.stop();
    }

    @Test
    void whatIsNotAShareIsRefusedByName() {
        server.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> good = server.keyring.snapshot();
        KeyWraps wraps = root(good);
        WrappedKey first = wraps.keys().getFirst();
        int number = first.share().orElseThrow().number();
        int other = wraps.keys().getLast().share().orElseThrow().number();
        String told = refused(with(good, "\"share\":" + number + ",", "\"share\":" + other + ","));
        assertTrue(told.contains("two seals hold share " + other + ", one of them 'hsm-b'"), told);
        assertTrue(
                refused(with(good, "\"share\":" + number + ",", "\"share\":0,")).contains("member share is 0"));
        assertTrue(refused(with(good, "\"quorum\":2", "\"quorum\":3")).contains("2 shares of split"));
        assertTrue(refused(with(good, "\"quorum\":2", "\"quorum\":1")).contains("quorum is less than 2"));
        assertTrue(refused(with(good, "\"quorum\":2,", "")).contains("there are shares, and no member quorum"));
        String check = first.share().orElseThrow().check();
        told = refused(with(good, check, "00".repeat(32)));
        assertTrue(told.contains("SHARE_MISMATCH"), told);
        assertTrue(told.contains("'hsm-a' does not give back the share of the root key it wrapped"), told);
        assertTrue(refused(with(good, check, "00")).contains("64 digits"));
        a.lying = true;
        assertTrue(refused(good).contains("[hsm-b] did, missing: [hsm-a]"));
        a.lying = false;
    }

    @Test
    void aThousandDamagedRecordsOpenNothingAndChangeNothing() {
        server.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> good = server.keyring.snapshot();
        Random random = new Random(7);
        byte[] record = good.get(WrappedRootKey.RECORD);
        int opened = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = record.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Map<String, byte[]> records = new HashMap<>(good);
            records.put(WrappedRootKey.RECORD, damaged);
            server.keyring.restore(records);
            server.restart(two);
            try {
                server.unsealer().opener().openByDevice();
                opened++;
                server.unsealer().close();
            } catch (FaultException e) {
                assertTrue(server.unsealer().sealed());
                assertArrayEquals(damaged, server.keyring.snapshot().get(WrappedRootKey.RECORD));
            }
        }
        assertTrue(opened < 250, "only what is for people may change and still open (labels, the token): " + opened);
    }

    /** Every call to a device and every durable step is the last one once; afterwards the old or the new number opens. */
    @Test
    void whereverAChangeOfTheQuorumDiesTheServerOpens() {
        for (int[] change : new int[][] {{1, 2}, {2, 1}, {2, 3}, {1, 3}}) {
            int steps = 0;
            for (boolean finished = false; !finished; steps++) {
                server = Server.of(quorum(change[0], a, b, c));
                server.initialise(InitRequest.recovery(1, 1));
                finished = diesAt(steps, quorum(change[1], a, b, c));
                assertOpensWithJustEnough(quorum(change[1], a, b, c));
            }
            assertTrue(steps > 12, "six wraps, each opened again, and a durable step: " + steps);
        }
    }

    @Test
    void whereverANewShareDiesTheServerOpens() {
        int steps = 0;
        for (boolean finished = false; !finished; steps++) {
            server = Server.of(two);
            server.initialise(InitRequest.recovery(1, 1));
            finished = diesAt(steps, quorum(2, a, b, c));
            assertOpensWithJustEnough(quorum(2, a, b, c));
        }
        assertTrue(steps > 8, "two shares opened and one wrapped, of two keys, and a durable step: " + steps);
    }

    /** True when it went through before that. */
    private boolean diesAt(int step, SealSet next) {
        server.restart(next);
        server.unsealer().opener().openByDevice();
        Interruption interruption = new Interruption(step);
        List.of(a, b, c).forEach(device -> device.hook = interruption);
        server.keyring.hook = interruption;
        try {
            Map<String, FaultException> failures = server.rewrapper().run(_ -> true);
            assertTrue(failures.isEmpty(), failures.toString());
            return true;
        } catch (Interruption.End end) {
            return false;
        } finally {
            List.of(a, b, c).forEach(device -> device.hook = () -> {});
            server.keyring.hook = () -> {};
        }
    }

    /** With as many devices as the records ask for, and with no fewer; both keys. */
    private void assertOpensWithJustEnough(SealSet seals) {
        KeyWraps root = root(server.keyring.snapshot());
        KeyWraps recovery = RecoveryKey.decode(server.keyring.snapshot().get(RecoveryKey.RECORD))
                .wraps();
        assertEquals(root.needed(), recovery.needed(), "both keys change in one step");
        List<FakeDevice> all = List.of(a, b, c).subList(0, root.keys().size());
        all.forEach(device -> device.failing = HsmProblem.AWAY);
        int there = 0;
        for (FakeDevice device : all.reversed()) {
            server.restart(seals);
            if (there < root.needed()) {
                assertThrows(
                        FaultException.class, () -> server.unsealer().opener().openByDevice());
            }
            device.failing = null;
            if (++there >= root.needed()) {
                server.unsealer().opener().openByDevice();
                assertEquals("token", server.read("root").orElseThrow());
                server.unsealer().close();
            }
        }
    }
}
