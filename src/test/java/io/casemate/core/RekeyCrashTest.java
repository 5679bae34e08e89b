package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.ShareText;
import io.casemate.seal.WrappedRootKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process ends, or the store fails, before and after each save of a ceremony: the former or the new shares open it. */
class RekeyCrashTest {
    /** Ends the ceremony where it stands, as a kill does. */
    private static final class Killed extends Error {
        Killed() {
            super("killed by the test");
        }
    }

    private final Server server = Server.shamir();
    private final List<String> fresh = new ArrayList<>();
    private List<String> former;

    /** With verification, so that the new shares are known before anything is saved. */
    private void rekey() {
        Rekey rekey = server.rootRekey();
        String nonce = rekey.start(ShareOrder.of(2, 2), false, true).nonce();
        fresh.addAll(RekeyTest.giveAll(rekey, former.subList(0, 2), nonce));
        String proof = rekey.verification().nonce();
        for (String share : fresh) {
            try (SecretBytes bytes = ShareText.parse(share)) {
                rekey.verify(bytes, proof);
            }
        }
    }

    private void killAtSave(int save, boolean after) {
        int[] seen = {0};
        Runnable kill = () -> {
            if (seen[0]++ == save) {
                throw new Killed();
            }
        };
        hook(server, after ? () -> {} : kill, after ? kill : () -> {});
    }

    private static void hook(Server at, Runnable beforeSave, Runnable afterSave) {
        int[] calls = {0};
        at.keyring.hook = () -> (calls[0]++ % 2 == 0 ? beforeSave : afterSave).run();
    }

    private void live() {
        server.keyring.hook = () -> {};
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killedAtAnySaveOneSetOfSharesOpensItAndTheOtherDoesNot(boolean after) {
        former = RekeyTest.opened(server);
        int save = 0;
        for (boolean finished = false; !finished; save++) {
            fresh.clear();
            killAtSave(save, after);
            try {
                rekey();
                finished = true;
            } catch (Killed e) {
                live();
                boolean changed = save > 0 || after;
                RekeyTest.assertOpensNotWith(server, changed ? former.subList(0, 2) : fresh);
                RekeyTest.assertOpensWith(server, changed ? fresh : former.subList(0, 2));
                former = changed ? List.copyOf(fresh) : former;
            }
            live();
        }
        assertEquals(3, save, "one save changes, one forgets; then it ran through");
    }

    @Test
    void aStoreThatRefusesLeavesTheFormerSharesAndTheCeremonyGoesOnLater() {
        former = RekeyTest.opened(server);
        server.keyring.allowed = 0;
        assertThrows(FaultException.class, this::rekey);
        assertTrue(server.rootRekey().status().started());
        server.keyring.allowed = -1;
        server.view().put("meanwhile", new byte[1]);
        server.barrier().rotate();
        String proof = server.rootRekey().verification().nonce();
        fresh.forEach(share -> {
            try (SecretBytes bytes = ShareText.parse(share)) {
                server.rootRekey().verify(bytes, proof);
            }
        });
        RekeyTest.assertOpensNotWith(server, former.subList(0, 2));
        RekeyTest.assertOpensWith(server, fresh);
        assertTrue(server.read("meanwhile").isPresent());
    }

    /** The last rename is done and its fsync fails, say: to tell the holders that nothing changed would lock them out. */
    @Test
    void aStoreThatFailsAfterItsLastWriteHasChanged() {
        former = RekeyTest.opened(server);
        hook(server, () -> {}, () -> {
            throw new Fault.StorageFailed(StorageProblem.IO, "too late, says the test").asException();
        });
        rekey();
        live();
        server.barrier().rotate();
        server.view().put("later", new byte[1]);
        RekeyTest.assertOpensNotWith(server, former.subList(0, 2));
        RekeyTest.assertOpensWith(server, fresh);
        assertTrue(server.read("later").isPresent());
    }

    @Test
    void aFormerGenerationThatCannotBeDeletedIsToldAndTriedAgain() {
        former = RekeyTest.opened(server);
        server.keyring.keepsOld = true;
        rekey();
        assertTrue(server.records().previousKept());
        server.keyring.keepsOld = false;
        server.barrier().rotateIfDue();
        assertFalse(server.records().previousKept());
    }

    /** The disk fills between the two saves: what is read then is the right content, and not proof that the second was done. */
    @Test
    void aFormerGenerationThatCannotBeForgottenIsForgottenLater() {
        former = RekeyTest.opened(server);
        server.keyring.allowed = 1;
        rekey();
        assertTrue(server.records().previousKept());
        server.barrier().rotateIfDue();
        assertTrue(server.records().previousKept(), "the disk is still full");
        server.keyring.allowed = -1;
        server.barrier().rotateIfDue();
        assertFalse(server.records().previousKept());
        assertArrayEquals(
                server.keyring.snapshot().get(WrappedRootKey.RECORD),
                server.keyring.former().get(WrappedRootKey.RECORD));
        int saves = server.keyring.saves;
        server.barrier().rotateIfDue();
        assertEquals(saves, server.keyring.saves, "nothing is left to do");
    }

    /** Without verification the new shares exist nowhere but in the answer: they are given, and proven when the store is back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileItIsNotKnownWhichSharesAreValidTheHoldersHaveBoth(boolean stands) {
        former = RekeyTest.opened(server);
        server.keyring.breaksAfterSave = stands;
        server.keyring.breaksBeforeSave = !stands;
        Rekey rekey = server.rootRekey();
        String nonce = rekey.start(ShareOrder.of(2, 2), false, false).nonce();
        fresh.addAll(RekeyTest.giveAll(rekey, former.subList(0, 2), nonce));
        assertTrue(rekey.verification().started(), "they have to be proven");
        server.keyring.corrupt = false;
        String proof = rekey.verification().nonce();
        for (String share : fresh) {
            try (SecretBytes bytes = ShareText.parse(share)) {
                rekey.verify(bytes, proof);
            }
        }
        server.view().put("later", new byte[1]);
        RekeyTest.assertOpensNotWith(server, former.subList(0, 2));
        RekeyTest.assertOpensWith(server, fresh);
        assertTrue(server.read("later").isPresent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killedAtTheSaveOfANewRootKeyOrRecoveryKey(boolean after) {
        FakeDevice device = new FakeDevice();
        Server auto = Server.auto(device);
        List<String> shares = auto.initialise(InitRequest.recovery(1, 1));
        Runnable kill = () -> {
            throw new Killed();
        };
        hook(auto, after ? () -> {} : kill, after ? kill : () -> {});
        assertThrows(Killed.class, () -> auto.rotation().rotate());
        auto.keyring.hook = () -> {};
        restarted(auto);
        auto.unsealer().seal();
        shares.forEach(auto::offer);
        assertFalse(auto.unsealer().sealed());
        auto.unsealer().close();
    }

    private static void restarted(Server auto) {
        auto.unsealer().close();
        auto.restart();
        auto.unsealer().start();
        InitialiserTest.await(auto);
        assertEquals("token", auto.read("root").orElseThrow());
    }
}
