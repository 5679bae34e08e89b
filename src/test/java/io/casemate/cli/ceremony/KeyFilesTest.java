package io.casemate.cli.ceremony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.local.CliFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public keys are sent; what is private never leaves, in whatever form it is. */
class KeyFilesTest {
    @TempDir
    private Path folder;

    private String sent(byte[] content) throws IOException {
        return KeyFiles.one(Files.write(folder.resolve("key"), content).toString());
    }

    private void refused(byte[] content) {
        CliFailure failure = assertThrows(CliFailure.class, () -> sent(content));
        assertTrue(failure.getMessage().contains("holds a private key: it was not sent"), failure.getMessage());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    /** The first octet of a packet in OpenPGP's older and newer form (RFC 9580, 4.2), and three of its length and content. */
    private static byte[][] packets(int type) {
        return new byte[][] {{(byte) (0x81 | type << 2), 0, 1, 4}, {(byte) (0xc0 | type), 2, 4, 0}};
    }

    @Test
    void publicKeysAreSent() throws IOException {
        for (byte[] packet : packets(6)) {
            assertEquals(base64(packet), sent(packet));
            assertEquals(base64(packet), sent(ascii(base64(packet) + "\n")));
            assertEquals(base64(packet), sent(ascii(armored("PUBLIC", packet))));
        }
        assertEquals("age1abc", sent(ascii("# mine\nage1abc\n")));
    }

    @Test
    void privateKeysAreNot() {
        for (int type : new int[] {5, 7}) {
            for (byte[] packet : packets(type)) {
                refused(packet);
                refused(ascii(base64(packet) + "\n"));
                refused(ascii(armored("PRIVATE", packet)));
                refused(ascii(armored("PUBLIC", packet)));
            }
        }
        refused(ascii("# mine\nAGE-SECRET-KEY-1ABC\n"));
        refused(ascii("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"));
    }

    private static String armored(String kind, byte[] content) {
        return "-----BEGIN PGP " + kind + " KEY BLOCK-----\n\n" + base64(content) + "\n-----END PGP " + kind
                + " KEY BLOCK-----\n";
    }
}
