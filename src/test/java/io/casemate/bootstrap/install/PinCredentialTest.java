package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.bootstrap.install.PinCredential.Sealing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PIN's file may be gone once it is encrypted; a corrected PIN counts until the server is initialised, and not after. */
class PinCredentialTest {
    @TempDir
    Path folder;

    /** Every byte turned round, behind a mark: enough to tell whether something was sealed, and what. */
    private static final class Turned implements Sealing {
        private int sealed;

        @Override
        public void seal(byte[] pin, Path place) throws IOException {
            sealed++;
            Files.writeString(place, "sealed" + turned(pin));
        }

        @Override
        public byte[] open(Path place) throws IOException {
            String text = Files.readString(place);
            if (!text.startsWith("sealed")) {
                throw new IOException("not sealed on this machine");
            }
            return turned(text.substring(6).getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }

        private static String turned(byte[] text) {
            return new StringBuilder(new String(text, StandardCharsets.UTF_8))
                    .reverse()
                    .toString();
        }
    }

    private final Turned sealing = new Turned();

    private String keep(boolean initialised) throws Exception {
        return new PinCredential(folder.resolve("primary.pin"), sealing)
                .keep(Optional.of(folder.resolve("pin")), initialised);
    }

    private byte[] held() throws IOException {
        return sealing.open(folder.resolve("primary.pin"));
    }

    @Test
    void isBoundToNoMeasurementOfTheBoot() {
        assertTrue(List.of(PinCredential.sealing(Path.of("/primary.pin"))).contains("--tpm2-pcrs="));
    }

    @Test
    void isMadeOnceAndTheFileMayGo() throws Exception {
        Files.writeString(folder.resolve("pin"), "648219\n");
        assertTrue(keep(false).contains("delete"));
        assertArrayEquals("648219".getBytes(StandardCharsets.UTF_8), held());
        assertEquals("its PIN is there", keep(false));
        Files.delete(folder.resolve("pin"));
        assertEquals("its PIN is there", keep(false));
        assertEquals("its PIN is there", keep(true));
        assertEquals(1, sealing.sealed);
    }

    @Test
    void aCorrectedPinTakesItsPlaceUntilTheServerIsInitialised() throws Exception {
        Files.writeString(folder.resolve("pin"), "111111");
        keep(false);
        Files.writeString(folder.resolve("pin"), "648219");
        assertTrue(keep(false).contains("in place of another one"));
        assertArrayEquals("648219".getBytes(StandardCharsets.UTF_8), held());
        Files.writeString(folder.resolve("pin"), "222222");
        assertEquals("its PIN is there", keep(true));
        assertArrayEquals("648219".getBytes(StandardCharsets.UTF_8), held());
    }

    @Test
    void oneOfAnotherMachineIsMadeAnew() throws Exception {
        Files.writeString(folder.resolve("primary.pin"), "moved here");
        Files.writeString(folder.resolve("pin"), "648219");
        keep(false);
        assertArrayEquals("648219".getBytes(StandardCharsets.UTF_8), held());
    }

    @Test
    void withoutAnyItIsSaidWhatToDo() {
        IOException e = assertThrows(IOException.class, () -> keep(false));
        assertTrue(e.getMessage().contains("systemd-creds encrypt"), e.getMessage());
    }
}
