package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.RootGeneration.Order;
import io.casemate.core.RootGeneration.Status;
import io.casemate.crypto.Tools;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.seal.ShareText;
import io.casemate.token.OneTimePad;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RootGenerationTest {
    private static final Order BY_PAD = new Order("", "", "");
    private static final String TOKEN = "hvs.0123456789abcdefABCDEFGH";

    private final Server server = Server.shamir();

    private List<String> opened() {
        List<String> shares = server.initialise(InitRequest.shamir(5, 3));
        shares.subList(0, 3).forEach(server::offer);
        return shares;
    }

    private Status give(String share, String nonce) {
        return server.generation().update(ShareText.parse(share), nonce);
    }

    /** A wrong share that lies beside no other one: its last byte, which says where, is a genuine one's. */
    private static String forged(String share) {
        return (share.startsWith("1") ? "2" : "1") + share.substring(1);
    }

    static String refused(Executable work) {
        FaultException e = assertThrows(FaultException.class, work);
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }

    private static String decoded(String encoded, String pad) {
        byte[] token = Base64.getDecoder().decode(encoded);
        for (int i = 0; i < token.length; i++) {
            token[i] ^= (byte) pad.charAt(i);
        }
        return new String(token, StandardCharsets.US_ASCII);
    }

    @Test
    void enoughHoldersMakeATokenThatOnlyThePadReveals() {
        List<String> shares = opened();
        assertFalse(server.generation().status().started());
        assertEquals(3, server.generation().status().required());
        Status started = server.generation().start(BY_PAD);
        assertTrue(started.otp().matches("[0-9A-Za-z]{28}"));
        assertEquals("", server.generation().status().otp(), "the pad is shown once");
        assertEquals(1, give(shares.get(4), started.nonce()).progress());
        assertEquals(2, give(shares.get(0), started.nonce()).progress());
        Status done = give(shares.get(2), started.nonce());
        assertTrue(done.complete());
        assertEquals(3, done.progress());
        assertEquals(TOKEN, decoded(done.encodedToken(), started.otp()));
        assertFalse(server.generation().status().started());
        assertEquals(1, server.rootTokens);
    }

    @Test
    void thePadMayBeChosenAndTheTokenEncryptedInstead(@TempDir Path folder) throws Exception {
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        server.offer(share);
        String pad = "p".repeat(OneTimePad.LENGTH);
        Status started = server.generation().start(new Order(pad, "", ""));
        assertEquals("", started.otp());
        assertEquals(TOKEN, decoded(give(share, started.nonce()).encodedToken(), pad));

        Tools tools = new Tools(folder);
        String pgp = tools.gpgExport(tools.gpgKey("root@example.test", "future-default", "default", "1y"));
        Status byKey = server.generation().start(new Order("", pgp, ""));
        assertTrue(byKey.fingerprint().matches("[0-9a-f]{40}"));
        assertEquals("", byKey.otp());
        byte[] message = Base64.getDecoder().decode(give(share, byKey.nonce()).encodedToken());
        assertEquals(TOKEN, tools.gpgDecrypt(message));
        String age = tools.ageKey("age.key");
        Status byAge = server.generation().start(new Order("", "", age));
        assertEquals(age, byAge.fingerprint());
        message = Base64.getDecoder().decode(give(share, byAge.nonce()).encodedToken());
        assertEquals(TOKEN, tools.ageDecrypt("age.key", message));
        tools.close();
    }

    @Test
    void ordersThatMakeNoSenseAreRefused() {
        opened();
        assertTrue(refused(() -> server.generation().start(new Order("short", "", "")))
                .contains("incorrect length"));
        assertTrue(refused(() -> server.generation().start(new Order("", "no key", "")))
                .contains("OpenPGP"));
        assertTrue(refused(() -> server.generation().start(new Order("x".repeat(28), "", "age1x")))
                .contains("exclude each other"));
        assertFalse(server.generation().status().started());
        server.generation().start(BY_PAD);
        assertTrue(refused(() -> server.generation().start(BY_PAD)).contains("already in progress"));
    }

    @Test
    void wrongSharesAndNoncesAreRefusedAndTheRoundBeginsAnew() {
        List<String> shares = opened();
        assertTrue(refused(() -> give(shares.get(0), "x")).contains("no root generation in progress"));
        String nonce = server.generation().start(BY_PAD).nonce();
        assertTrue(refused(() -> give(shares.get(0), "")).contains("incorrect nonce"));
        give(shares.get(0), nonce);
        assertTrue(refused(() -> give(shares.get(0), nonce)).contains("already been provided"));
        assertTrue(refused(() -> give("aa".repeat(32), nonce)).contains("32 bytes"));
        give(shares.get(1), nonce);
        assertTrue(refused(() -> give(forged(shares.get(4)), nonce)).contains("root generation aborted"));
        assertEquals(0, server.generation().status().progress());
        assertEquals(nonce, server.generation().status().nonce());
        assertEquals(0, server.rootTokens);
        shares.subList(1, 3).forEach(share -> give(share, nonce));
        assertTrue(give(shares.get(4), nonce).complete());
    }

    @Test
    void cancellingAndSealingForgetIt() {
        List<String> shares = opened();
        String nonce = server.generation().start(BY_PAD).nonce();
        give(shares.get(0), nonce);
        assertTrue(refused(() -> server.generation().cancel("other")).contains("incorrect nonce"));
        server.generation().cancel(nonce);
        server.generation().cancel("");
        String second = server.generation().start(BY_PAD).nonce();
        assertNotEquals(nonce, second);
        give(shares.get(0), second);
        server.unsealer().seal();
        FaultException e =
                assertThrows(FaultException.class, () -> server.generation().status());
        assertInstanceOf(Fault.Sealed.class, e.fault());
        shares.subList(0, 3).forEach(server::offer);
        assertFalse(server.generation().status().started());
    }

    @Test
    void recoverySharesMakeOneWhereADeviceUnseals() {
        FakeDevice device = new FakeDevice();
        Server other = Server.auto(device);
        List<String> shares = other.initialise(InitRequest.recovery(3, 2));
        String nonce = other.generation().start(BY_PAD).nonce();
        int calls = device.calls.get();
        other.generation().update(ShareText.parse(forged(shares.get(2))), nonce);
        assertTrue(refused(() -> other.generation().update(ShareText.parse(shares.get(0)), nonce))
                .contains("aborted"));
        assertEquals(calls, device.calls.get(), "wrong shares do not reach the device");
        other.generation().update(ShareText.parse(shares.get(0)), nonce);
        assertTrue(
                other.generation().update(ShareText.parse(shares.get(1)), nonce).complete());
        other.unsealer().close();
    }
}
