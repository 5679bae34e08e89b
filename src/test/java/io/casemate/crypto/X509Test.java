package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Input that the libraries below stumble over: refused like any other that is nothing. */
class X509Test {
    @Test
    void aBlockThatEndsInsideItsBeginningIsRefused() {
        for (String text : new String[] {"-----BEGIN -----END -----", "-----BEGIN A-----END A-----", "-----BEGIN "}) {
            badRequest(() -> Pem.decode(text));
        }
        assertEquals(
                0, Pem.decode("-----BEGIN A----------END A-----").getFirst().der().length);
    }

    @Test
    void aCertificateWhoseKeyHasNoBytesIsRefused() throws Exception {
        byte[] spki = KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded();
        byte[] none = Arrays.copyOf(spki, 12); // SEQUENCE { SEQUENCE { id-Ed25519 } BIT STRING } with nothing in it
        none[1] = 10;
        none[10] = 1;
        none[11] = 0;
        byte[] ed25519 = sequence(HexFormat.of().parseHex("06032b6570"));
        byte[] name = sequence(HexFormat.of().parseHex("310a300806035504030c0161")); // CN=a
        byte[] validity = sequence("\u0017\r200101000000Z\u0017\r300101000000Z".getBytes(StandardCharsets.US_ASCII));
        byte[] tbs = sequence(join(new byte[] {2, 1, 1}, ed25519, name, validity, name, none));
        byte[] der = sequence(join(tbs, ed25519, new byte[] {3, 1, 0}));
        badRequest(() -> X509.certificate(der));
    }

    private static void badRequest(Executable reading) {
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(FaultException.class, reading).fault());
    }

    private static byte[] sequence(byte... content) {
        return join(new byte[] {0x30, (byte) content.length}, content);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
