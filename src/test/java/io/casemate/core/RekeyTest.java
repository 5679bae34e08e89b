package io.casemate.core;

import static io.casemate.core.RootGenerationTest.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.Rekey.Update;
import io.casemate.crypto.Tools;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.log.LogSettings;
import io.casemate.log.ServerLog;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.ShareBackup;
import io.casemate.seal.ShareText;
import io.casemate.seal.WrappedRootKey;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RekeyTest {
    static List<String> opened(Server server) {
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        shares.subList(0, 2).forEach(server::offer);
        return shares;
    }

    static Update give(Rekey rekey, String share, String nonce) {
        try (SecretBytes bytes = ShareText.parse(share)) {
            return rekey.update(bytes, nonce);
        }
    }

    /** All that are needed; the new shares in hexadecimal. */
    static List<String> giveAll(Rekey rekey, List<String> shares, String nonce) {
        Update last = null;
        for (String share : shares) {
            last = give(rekey, share, nonce);
        }
        try (IssuedShares issued = last.issued().orElseThrow()) {
            return issued.hex();
        }
    }

    private static boolean show(Rekey rekey, String share, String nonce) {
        try (SecretBytes bytes = ShareText.parse(share)) {
            return rekey.verify(bytes, nonce);
        }
    }

    static void assertOpensWith(Server server, List<String> shares) {
        server.restart();
        shares.forEach(server::offer);
        assertFalse(server.unsealer().sealed());
        assertEquals("token", server.read("root").orElseThrow());
    }

    static void assertOpensNotWith(Server server, List<String> shares) {
        server.restart();
        assertTrue(refused(() -> shares.forEach(server::offer)).contains("invalid key"));
        assertTrue(server.unsealer().sealed());
    }

    @Test
    void newSharesReplaceTheFormerOnes() {
        Server server = Server.shamir();
        List<String> former = opened(server);
        Map<String, byte[]> before = server.keyring.snapshot();
        RekeyStatus status = server.rootRekey().start(ShareOrder.of(5, 3), false, false);
        assertTrue(status.started());
        assertEquals(
                List.of(3, 5, 0, 2),
                List.of(status.threshold(), status.shares(), status.progress(), status.required()));
        assertEquals(
                1,
                give(server.rootRekey(), former.get(0), status.nonce()).status().progress());
        List<String> fresh = giveAll(server.rootRekey(), former.subList(2, 3), status.nonce());
        assertEquals(5, fresh.size());
        assertFalse(server.rootRekey().status().started());
        server.view().put("after", new byte[1]);
        assertEquals(5, server.unsealer().status().shares());
        assertOpensWith(server, fresh.subList(1, 4));
        assertTrue(server.read("after").isPresent());
        server.barrier().rotate();
        assertOpensWith(server, fresh.subList(0, 3));
        assertOpensNotWith(server, List.of(former.get(0), former.get(1), former.get(2)));
        for (String record : List.of("core/keyring-key", WrappedRootKey.RECORD)) {
            assertNotEquals(
                    Base64.getEncoder().encodeToString(before.get(record)),
                    Base64.getEncoder().encodeToString(server.keyring.snapshot().get(record)));
        }
    }

    /** Former shares, or the device, and the keyring of then, against what was written later. */
    @Test
    void withAnOldKeyringNothingOpensWhatIsWrittenLater() {
        Server server = Server.shamir();
        List<String> former = opened(server);
        Map<String, byte[]> before = server.keyring.snapshot();
        String nonce =
                server.rootRekey().start(ShareOrder.of(2, 2), false, false).nonce();
        giveAll(server.rootRekey(), former.subList(0, 2), nonce);
        server.view().put("after", new byte[1]);
        server.keyring.restore(before);
        server.restart();
        server.offer(former.get(0));
        FaultException e = assertThrows(FaultException.class, () -> server.offer(former.get(1)));
        assertEquals(StorageProblem.ROLLED_BACK, ((Fault.StorageFailed) e.fault()).problem());

        Server auto = Server.auto(new FakeDevice());
        auto.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> then = auto.keyring.snapshot();
        auto.rotation().rotate();
        auto.keyring.restore(then);
        auto.unsealer().close();
        auto.restart();
        e = assertThrows(FaultException.class, auto.unsealer().opener()::openByDevice);
        assertEquals(StorageProblem.ROLLED_BACK, ((Fault.StorageFailed) e.fault()).problem());
        auto.unsealer().close();
    }

    @Test
    void withVerificationNothingChangesBeforeEnoughNewSharesWereShown() {
        Server server = Server.shamir();
        List<String> former = opened(server);
        Rekey rekey = server.rootRekey();
        assertTrue(refused(() -> rekey.verification()).contains("no rekey in progress"));
        String nonce = rekey.start(ShareOrder.of(4, 2), false, true).nonce();
        assertFalse(rekey.verification().started());
        assertTrue(refused(() -> show(rekey, former.get(0), "")).contains("no rekey verification"));
        int saves = server.keyring.saves;
        List<String> fresh = giveAll(rekey, former.subList(0, 2), nonce);
        assertEquals(saves, server.keyring.saves);
        assertTrue(refused(() -> give(rekey, former.get(0), nonce)).contains("verification must be performed"));
        String proof = rekey.verification().nonce();
        assertEquals(proof, rekey.status().verificationNonce());
        assertNotEquals(nonce, proof);
        assertTrue(refused(() -> show(rekey, fresh.get(0), nonce)).contains("incorrect nonce"));
        assertFalse(show(rekey, fresh.get(0), proof));
        assertEquals(1, rekey.verification().progress());
        assertTrue(refused(() -> show(rekey, former.get(0), proof)).contains("verification failed"));
        assertFalse(show(rekey, fresh.get(3), proof));
        String restarted = rekey.restartVerification().nonce();
        assertNotEquals(proof, restarted);
        assertEquals(saves, server.keyring.saves);
        assertFalse(show(rekey, fresh.get(1), restarted));
        assertTrue(show(rekey, fresh.get(2), restarted));
        assertFalse(rekey.status().started());
        assertOpensWith(server, fresh.subList(0, 2));
        assertOpensNotWith(server, former.subList(0, 2));
    }

    @Test
    void untilItIsVerifiedCancellingOrSealingOrDyingKeepsTheFormerShares() {
        for (int way = 0; way < 3; way++) {
            Server server = Server.shamir();
            List<String> former = opened(server);
            Rekey rekey = server.rootRekey();
            String nonce = rekey.start(ShareOrder.of(4, 2), false, true).nonce();
            giveAll(rekey, former.subList(0, 2), nonce);
            switch (way) {
                case 0 -> rekey.cancel(nonce);
                case 1 -> server.unsealer().seal();
                default -> server.restart();
            }
            assertOpensWith(server, former.subList(1, 3));
            assertFalse(server.rootRekey().status().started());
        }
    }

    @Test
    void aThousandWrongSharesChangeNothing() {
        Server server = Server.shamir();
        List<String> former = opened(server);
        Rekey rekey = server.rootRekey();
        String nonce = rekey.start(ShareOrder.of(2, 2), false, false).nonce();
        Map<String, byte[]> before = server.keyring.snapshot();
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 1000; round++) {
            byte[] wrong = new byte[random.nextInt(3) == 0 ? random.nextInt(40) : 33];
            random.nextBytes(wrong);
            String text = round % 2 == 0
                    ? Base64.getEncoder().encodeToString(wrong)
                    : java.util.HexFormat.of().formatHex(wrong);
            String last = round % 5 == 0 ? text.substring(text.length() / 3) : text;
            try {
                give(rekey, last, nonce);
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
                assertFalse(e.getMessage().contains(last) && last.length() > 8, "a refusal repeats no share");
            }
        }
        before.forEach((name, bytes) -> assertEquals(
                0, java.util.Arrays.compare(bytes, server.keyring.snapshot().get(name)), name));
        rekey.cancel("");
        nonce = rekey.start(ShareOrder.of(2, 2), false, false).nonce();
        assertOpensWith(server, giveAll(rekey, former.subList(0, 2), nonce));
    }

    @Test
    void ordersThatMakeNoSenseAreRefused() {
        Server server = Server.shamir();
        opened(server);
        Rekey rekey = server.rootRekey();
        assertTrue(refused(() -> rekey.start(ShareOrder.of(3, 1), false, false)).contains("threshold must be greater"));
        assertTrue(refused(() -> rekey.start(ShareOrder.of(1, 1), true, false)).contains("without providing PGP keys"));
        assertTrue(refused(() -> rekey.start(new ShareOrder(1, 1, List.of("x y"), List.of()), true, false))
                .contains("key 1 of 1"));
        assertTrue(refused(() -> server.recoveryRekey().start(ShareOrder.of(1, 1), false, false))
                .contains("not supported"));
        assertTrue(refused(() -> server.rotation().rotate()).contains("sys/rotate/root/init"));
        rekey.start(ShareOrder.of(1, 1), false, false);
        assertTrue(refused(() -> rekey.start(ShareOrder.of(1, 1), false, false)).contains("already in progress"));
        assertTrue(refused(() -> rekey.cancel("other")).contains("incorrect nonce"));
    }

    @Test
    void encryptedSharesAreKeptOnRequestUntilTheyAreDeleted(@TempDir Path folder) throws Exception {
        Tools tools = new Tools(folder);
        String pgp = tools.gpgExport(tools.gpgKey("anna@example.test", "future-default", "default", "1y"));
        String age = tools.ageKey("age.key");
        Server server = Server.shamir();
        List<String> former = opened(server);
        Rekey rekey = server.rootRekey();
        assertTrue(rekey.backup().isEmpty());
        ShareOrder order = new ShareOrder(3, 2, List.of(), List.of(pgp, age, pgp));
        String nonce = rekey.start(order, true, false).nonce();
        assertEquals(age, rekey.status().fingerprints().get(1));
        giveAll(rekey, former.subList(0, 2), nonce);
        server.restart();
        ShareBackup backup = server.rootRekey().backup().orElseThrow();
        assertEquals(nonce, backup.nonce());
        List<byte[]> hers = backup.messages().get(rekeyFingerprint(backup));
        assertEquals(2, hers.size());
        server.offer(tools.gpgDecrypt(hers.get(1)));
        server.offer(tools.ageDecrypt("age.key", backup.messages().get(age).getFirst()));
        assertFalse(server.unsealer().sealed());
        server.rootRekey().deleteBackup();
        server.rootRekey().deleteBackup();
        server.restart();
        assertTrue(server.rootRekey().backup().isEmpty());
        tools.close();
    }

    private static String rekeyFingerprint(ShareBackup backup) {
        return backup.messages().keySet().stream()
                .filter(fingerprint -> !fingerprint.startsWith("age1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whereDevicesUnsealRecoverySharesAreReplacedAndTheRootKeyGoesWithoutShares() {
        FakeDevice first = new FakeDevice("hsm-a");
        FakeDevice second = new FakeDevice("hsm-b");
        Server server = Server.of(Server.devices(first, second));
        List<String> former = server.initialise(InitRequest.recovery(3, 2));
        String before = rootKeyId(server);

        Rekey recovery = server.recoveryRekey();
        String nonce = recovery.start(ShareOrder.of(2, 2), false, false).nonce();
        List<String> fresh = giveAll(recovery, former.subList(0, 2), nonce);
        assertEquals(before, rootKeyId(server), "the recovery key encrypts nothing");
        nonce = server.rootRekey().start(ShareOrder.none(), false, false).nonce();
        assertEquals(0, server.rootRekey().status().shares());
        Rekey root = server.rootRekey();
        give(root, former.get(0).substring(0, 66), nonce);
        String own = nonce;
        assertTrue(refused(() -> give(root, former.get(1), own)).contains("rekey aborted"));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, log)) {
            assertEquals(List.of(), giveAll(root, fresh, nonce));
        }
        assertTrue(
                log.toString(UTF_8).contains("rekey of the root key done; no shares have changed"),
                log.toString(UTF_8));
        String middle = rootKeyId(server);
        assertNotEquals(before, middle);
        server.rotation().rotate();
        assertNotEquals(middle, rootKeyId(server));
        assertTrue(refused(() -> root.start(ShareOrder.none(), false, true)).contains("not supported"));

        for (FakeDevice away : List.of(first, second)) {
            server.unsealer().close();
            server.restart();
            away.failing = HsmProblem.AWAY;
            server.unsealer().start();
            InitialiserTest.await(server);
            away.failing = null;
        }
        server.unsealer().seal();
        fresh.forEach(server::offer);
        assertFalse(server.unsealer().sealed());
        server.unsealer().close();
    }

    @Test
    void aDeviceThatIsAwayStopsItAndNothingChanges() {
        FakeDevice device = new FakeDevice();
        Server server = Server.auto(device);
        List<String> shares = server.initialise(InitRequest.recovery(1, 1));
        Map<String, byte[]> before = server.keyring.snapshot();
        for (int call = 0; call < 4; call++) {
            device.failing = HsmProblem.AWAY;
            device.workingCalls.set(call);
            FaultException e = assertThrows(FaultException.class, () -> {
                server.recoveryRekey().cancel("");
                String nonce = server.recoveryRekey()
                        .start(ShareOrder.of(3, 2), false, false)
                        .nonce();
                giveAll(server.recoveryRekey(), shares, nonce);
                server.rotation().rotate();
            });
            assertInstanceOf(Fault.HsmFailed.class, e.fault());
            if (call < 3) {
                assertEquals(
                        Base64.getEncoder().encodeToString(before.get("core/recovery-key")),
                        Base64.getEncoder()
                                .encodeToString(server.keyring.snapshot().get("core/recovery-key")));
            }
        }
        server.unsealer().close();
    }

    static String rootKeyId(Server server) {
        return WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD))
                .id();
    }
}
