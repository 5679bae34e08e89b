package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package's own drop-ins: one that an operator narrowed is still of its kind, one of another kind is not. */
class KindDropInTest {
    private static final Path KINDS = Path.of("systemd/hsm");

    @TempDir
    Path folder;

    private KindDropIn holding(String text) throws IOException {
        return new KindDropIn(KINDS, Files.writeString(folder.resolve("kind.conf"), text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"softhsm", "tpm", "usb", "pcie", "network"})
    void isOfTheKindThatItWasMadeFor(String kind) throws Exception {
        assertFalse(new KindDropIn(KINDS, folder.resolve("kind.conf")).isThere());
        KindDropIn found = holding(Files.readString(KINDS.resolve(kind + ".conf")));
        assertTrue(found.isThere());
        assertTrue(found.isFor(kind));
        assertEquals(kind.equals("network"), found.isFor("network"));
        assertEquals(kind.equals("usb"), found.isFor("usb"));
    }

    @Test
    void staysOfItsKindWhenItIsNarrowed() throws Exception {
        assertTrue(holding(Files.readString(KINDS.resolve("network.conf")) + "IPAddressAllow=192.0.2.10\n")
                .isFor("network"));
    }

    @Test
    void needsThePackage() {
        KindDropIn nowhere = new KindDropIn(folder.resolve("hsm"), folder.resolve("kind.conf"));
        assertTrue(assertThrows(IOException.class, () -> nowhere.text("usb"))
                .getMessage()
                .contains("install the package"));
    }
}
