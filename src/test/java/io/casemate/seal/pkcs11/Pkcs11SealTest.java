package io.casemate.seal.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.InitRequest;
import io.casemate.core.SealStatus;
import io.casemate.core.Server;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.WrappedKey;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The seal on a real token. */
class Pkcs11SealTest {
    private final SoftHsmFixture token = SoftHsmFixture.create();
    private volatile String pin = token.pin();
    private Hsm hsm;

    @AfterEach
    void close() {
        token.close();
    }

    private Pkcs11Seal seal() {
        return seal("pkcs11", "root");
    }

    /** As a new process has it: the former's login is gone, which PKCS#11 keeps for all of a process. */
    private Pkcs11Seal seal(String name, String keyLabel) {
        if (hsm != null) {
            hsm.close();
        }
        HsmSettings settings = HsmSettings.of(
                SoftHsmFixture.library(), TokenSelector.label(token.label()), () -> SecretBytes.ofText(pin));
        hsm = token.open(settings);
        return new Pkcs11Seal(name, hsm.wrappingKey(WrappingKeySettings.automatic(keyLabel, true)), hsm);
    }

    @Test
    void opensWhatItWrappedUnderTheSameContextOnly() {
        Pkcs11Seal seal = seal("hsm-a", "root");
        try (SecretBytes key = random()) {
            WrappedKey wrapped = seal.wrap(key, KeyContext.rootKey("a"));
            assertEquals("hsm-a", wrapped.seal());
            assertEquals("root", wrapped.keyLabel());
            assertTrue(wrapped.token().startsWith(token.label()));
            try (SecretBytes opened = seal.unwrap(wrapped, KeyContext.rootKey("a"))) {
                assertTrue(opened.matches(key));
            }
            for (KeyContext wrong : List.of(KeyContext.rootKey("b"), KeyContext.recoveryKey("a"))) {
                FaultException e = assertThrows(FaultException.class, () -> seal.unwrap(wrapped, wrong));
                assertEquals(
                        HsmProblem.DATA,
                        assertInstanceOf(Fault.HsmFailed.class, e.fault()).problem());
            }
        }
    }

    @Test
    void aServerInitialisesSealsAndUnsealsItself() {
        Server server = Server.auto(seal());
        List<String> shares = server.initialise(InitRequest.recovery(3, 2));
        assertFalse(server.unsealer().sealed());
        server.restart(seal());
        server.unsealer().start();
        Await.until(() -> !server.unsealer().sealed());
        server.unsealer().seal();
        server.offer(shares.get(0));
        server.offer(shares.get(2));
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void aWrongPinIsToldAndNotRepeatedUntilAHumanCorrectsIt() {
        Server server = Server.auto(seal());
        server.initialise(InitRequest.recovery(1, 1));
        pin = "000000";
        server.restart(seal());
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        SealStatus.Trouble trouble = server.unsealer().status().trouble().orElseThrow();
        assertTrue(trouble.error().contains("CKR_PIN_INCORRECT"), trouble.error());
        assertFalse(trouble.error().contains(pin));
        assertTrue(trouble.next().isEmpty());
        assertEquals(1, trouble.attempts());
        pin = token.pin();
        server.unsealer().retry();
        Await.until(() -> !server.unsealer().sealed());
    }

    @Test
    void aSealOfAnotherNameSaysWhoseKeyItIs() {
        Server server = Server.auto(seal());
        server.initialise(InitRequest.recovery(1, 1));
        server.restart(seal("another", "root"));
        server.unsealer().start();
        Await.until(() -> server.unsealer().status().trouble().isPresent());
        assertTrue(server.unsealer().status().trouble().orElseThrow().error().contains("[pkcs11]"));
        server.unsealer().close();
    }

    private static SecretBytes random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return SecretBytes.owning(key);
    }
}
