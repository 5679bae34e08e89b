package io.casemate.seal.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.InitRequest;
import io.casemate.core.SealHealth;
import io.casemate.core.Server;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Await;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several seals on several real tokens. */
class SeveralTokensTest {
    private final SoftHsmFixture a = SoftHsmFixture.create();
    private final SoftHsmFixture b = SoftHsmFixture.create();
    private final List<Hsm> open = new ArrayList<>();
    private volatile String pinOfB = b.pin();
    private Server server;

    @AfterEach
    void close() {
        if (server != null) {
            server.stop();
        }
        open.forEach(Hsm::close);
        a.close();
        b.close();
    }

    private Pkcs11Seal seal(String name, HsmSettings settings) {
        Hsm hsm = Hsm.open(settings, new SecureRandom());
        open.add(hsm);
        return new Pkcs11Seal(name, hsm.wrappingKey(WrappingKeySettings.automatic("root", true)), hsm);
    }

    private Pkcs11Seal sealA() {
        return seal("hsm-a", a.settings());
    }

    private Pkcs11Seal sealB() {
        return seal(
                "hsm-b",
                HsmSettings.of(
                        SoftHsmFixture.library(), TokenSelector.serial(b.serial()), () -> SecretBytes.ofText(pinOfB)));
    }

    /** As configured for a token that nobody has. */
    private Pkcs11Seal gone(String name) {
        return seal(
                name,
                HsmSettings.of(
                        SoftHsmFixture.library(),
                        TokenSelector.label("no-such-token"),
                        () -> SecretBytes.ofText(SoftHsmFixture.PIN)));
    }

    private void restart(Pkcs11Seal... seals) {
        server.reboot(Server.devices(seals));
        Await.until(() -> !server.unsealer().sealed());
    }

    /** PKCS#11 keeps logins for all of a process: ends them as the end of the process would. */
    private void loseLogins() {
        server.stop();
        open.forEach(Hsm::close);
        open.clear();
    }

    private List<WrappedKey> wraps() {
        return WrappedRootKey.decode(server.keyring.snapshot().get(WrappedRootKey.RECORD))
                .keys();
    }

    private SealHealth health() {
        return server.watch().health();
    }

    @Test
    void oneTokenIsTakenAwayAndTheServerBootsOnTheOther() {
        server = Server.of(Server.devices(sealA(), sealB()));
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        restart(gone("hsm-a"), sealB());
        Await.until(() -> health().backends().getFirst().problem().contains("no-such-token"));
        assertFalse(health().healthy());
        assertEquals(2, wraps().size(), "what is away keeps its wrap");
        server.unsealer().seal();
        server.offer(shares.get(2));
        assertFalse(server.offer(shares.get(0)).sealed());
        restart(sealA(), gone("hsm-b"));
        restart(sealA(), sealB());
        Await.until(() -> health().healthy() && health().fullyWrapped());
    }

    @Test
    void aNewTokenInPlaceOfABrokenOneGetsItsWrapByItself() {
        server = Server.of(Server.devices(sealA(), sealB()));
        server.initialise(InitRequest.recovery(1, 1));
        try (SoftHsmFixture replacement = SoftHsmFixture.create()) {
            restart(sealA(), seal("hsm-b", replacement.settings()));
            Await.until(() -> health().healthy() && health().fullyWrapped());
            WrappedKey fresh = wraps().getLast();
            assertEquals("hsm-b", fresh.seal());
            assertTrue(fresh.token().endsWith(replacement.serial()), fresh.token());
            restart(gone("hsm-a"), seal("hsm-b", replacement.settings()));
            server.watch().close();
        }
    }

    @Test
    void aWrongPinOnOneIsToldOnceAndTheOtherOpens() throws InterruptedException {
        server = Server.of(Server.devices(sealA(), sealB()));
        server.initialise(InitRequest.recovery(1, 1));
        loseLogins();
        pinOfB = "000000";
        restart(sealA(), sealB());
        Await.until(() -> health().backends().getLast().problem().contains("CKR_PIN_INCORRECT"));
        Thread.sleep(50);
        assertTrue(health().backends().getFirst().healthy());
        pinOfB = b.pin();
        server.unsealer().retry();
        Await.until(() -> health().healthy() && health().fullyWrapped());
    }

    @Test
    void twoOfThreeTokensOpenTogetherAndNoneAlone() {
        try (SoftHsmFixture c = SoftHsmFixture.create()) {
            server = Server.of(Server.quorum(2, sealA(), sealB(), seal("hsm-c", c.settings())));
            server.initialise(InitRequest.recovery(1, 1));
            assertEquals(
                    3, wraps().stream().filter(key -> key.share().isPresent()).count());
            server.reboot(Server.quorum(2, gone("hsm-a"), sealB(), seal("hsm-c", c.settings())));
            Await.until(() -> !server.unsealer().sealed());
            Await.until(
                    () -> health().quorum().orElseThrow().warning().orElse("").startsWith("2 of 3 needed, 2 healthy"));

            server.reboot(Server.quorum(2, gone("hsm-a"), sealB(), gone("hsm-c")));
            Await.until(() -> server.unsealer().status().trouble().isPresent());
            String trouble = server.unsealer().status().trouble().orElseThrow().error();
            assertTrue(trouble.contains("[hsm-b] did, missing: [hsm-a, hsm-c]"), trouble);
            assertTrue(trouble.contains("TOKEN_NOT_FOUND"), trouble);
            assertTrue(server.unsealer().sealed());
            server.watch().close();
        }
    }

    @Test
    void aQuorumIsSwitchedOnOverRealTokensAndANewTokenGetsAShare() {
        server = Server.of(Server.devices(sealA(), sealB()));
        server.initialise(InitRequest.recovery(1, 1));
        server.reboot(Server.quorum(2, sealA(), sealB()));
        Await.until(() -> health().healthy() && health().fullyWrapped());
        WrappedKey kept = wraps().getFirst();
        try (SoftHsmFixture c = SoftHsmFixture.create()) {
            server.reboot(Server.quorum(2, sealA(), sealB(), seal("hsm-c", c.settings())));
            Await.until(() -> health().healthy() && health().fullyWrapped());
            assertEquals(kept, wraps().getFirst());
            server.reboot(Server.quorum(2, sealA(), gone("hsm-b"), seal("hsm-c", c.settings())));
            Await.until(() -> !server.unsealer().sealed());
            server.watch().close();
        }
    }
}
