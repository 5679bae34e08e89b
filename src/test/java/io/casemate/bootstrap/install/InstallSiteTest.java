package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners and groups are those that the package's list of files has, so that rpm -V finds nothing. */
class InstallSiteTest {
    @TempDir
    Path root;

    private static String owners(Path file) throws IOException {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
        return found.owner().getName() + ":" + found.group().getName();
    }

    @Test
    void theServersGroupGetsWhatIsNotForEverybody() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "gives files to others");
        InstallSite site = new InstallSite(root, "daemon");
        site.directory(root.resolve("etc/casemate"), "rwxr-xr-x", false);
        site.directory(root.resolve("etc/casemate/tls"), "rwxr-x---", false);
        site.write(site.key(), "key", InstallSite.SERVERS, false);
        site.write(site.certificate(), "certificate", InstallSite.PUBLIC, false);
        site.directory(site.store(), "rwx------", true);
        site.directory(root.resolve("shares"), "rwx------", false);
        assertEquals("root:root", owners(root.resolve("etc/casemate")));
        assertEquals("root:daemon", owners(root.resolve("etc/casemate/tls")));
        assertEquals("root:daemon", owners(site.key()));
        assertEquals("root:root", owners(site.certificate()));
        assertEquals("daemon:daemon", owners(site.store()));
        assertEquals("root:root", owners(root.resolve("shares")));
    }
}
