package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shares that are there are never written over, and those that are missing are missed. */
class ShareFolderTest {
    @TempDir
    Path root;

    private ShareFolder folder;

    @BeforeEach
    void place() {
        assumeTrue(System.getProperty("user.name").equals("root"), "gives files to root");
        folder = new ShareFolder(root.resolve("shares"), new InstallSite(root, "root"));
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.place()));
    }

    @Test
    void isMadeForRootAloneAndKeepsWhatItGot() throws Exception {
        folder.ready();
        assertEquals("rwx------", mode());
        folder.ready();
        folder.take(List.of("one", "two"));
        folder.complete(2);
        IOException e = assertThrows(IOException.class, folder::ready);
        assertTrue(e.getMessage().contains("holds recovery shares already"), e.getMessage());
        assertEquals("one\n", Files.readString(folder.place().resolve("recovery-share-1")));
    }

    @Test
    void aDirectoryOfOthersIsNotTakenOver() throws Exception {
        Files.createDirectory(folder.place());
        Files.setPosixFilePermissions(folder.place(), PosixFilePermissions.fromString("rwxrwxrwx"));
        IOException e = assertThrows(IOException.class, folder::ready);
        assertTrue(e.getMessage().contains("not a directory of root's with mode 0700"), e.getMessage());
        assertEquals("rwxrwxrwx", mode());
    }

    @Test
    void norIsALinkFollowed() throws Exception {
        Files.createSymbolicLink(folder.place(), Files.createDirectory(root.resolve("elsewhere")));
        assertThrows(IOException.class, folder::ready);
    }

    @Test
    void aMissingShareOfAServerThatIsInitialisedIsTold() throws Exception {
        folder.ready();
        folder.take(List.of("one"));
        IOException e = assertThrows(IOException.class, () -> folder.complete(2));
        assertTrue(e.getMessage().contains("recovery-share-2 is missing"), e.getMessage());
        assertTrue(e.getMessage().contains("begin again"), e.getMessage());
    }
}
