package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Set;

/**
 * Where an installation puts what it makes.
 *
 * @param root stands for the root of the machine
 * @param user who runs the server
 */
record InstallSite(Path root, String user) {
    /** The permissions of a file for root and the server alone. */
    static final String SERVERS = "rw-r-----";

    /** The permissions of a file for everybody to read. */
    static final String PUBLIC = "rw-r--r--";

    boolean live() {
        return root.equals(Path.of("/"));
    }

    /** Whether the package's units start the server: with a root directory of its own, this machine's are none of ours. */
    boolean units(InstallAnswers answers) {
        return answers.systemd() && live();
    }

    Path config() {
        return root.resolve("etc/casemate/casemate.yaml");
    }

    Path certificate() {
        return root.resolve("etc/casemate/tls/server.pem");
    }

    Path key() {
        return root.resolve("etc/casemate/tls/server.key");
    }

    Path request() {
        return root.resolve("etc/casemate/tls/server.csr");
    }

    Path store() {
        return root.resolve("var/lib/casemate");
    }

    Path logs() {
        return root.resolve("var/log/casemate");
    }

    Path state() {
        return root.resolve("var/lib/casemate-install/state.json");
    }

    /** Where the package's doctor asks. */
    Path doctor() {
        return root.resolve("run/casemate/doctor");
    }

    /** Makes a directory, and gives it this mode and owner whoever made it. The owner is root or the server's user. */
    void directory(Path place, String permissions, boolean servers) throws IOException {
        Files.createDirectories(place);
        own(place, permissions, servers);
    }

    /** Writes a file whole: a power cut leaves the old one or the new one. */
    void write(Path file, String text, String permissions, boolean servers) throws IOException {
        written(file, text, fresh -> own(fresh, permissions, servers));
    }

    /** The same for a file that is root's, and for everybody to read. */
    void system(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        written(file, text, fresh -> Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(PUBLIC)));
    }

    /** Gives a file away before it has its name. */
    private interface Owning {
        void own(Path fresh) throws IOException;
    }

    private static void written(Path file, String text, Owning owning) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        owning.own(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** What is root's, and not for everybody, can still be read by the server's group if the permissions give it anything. */
    private void own(Path place, String permissions, boolean servers) throws IOException {
        UserPrincipalLookupService names = place.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view =
                Files.getFileAttributeView(place, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes now = view.readAttributes();
        UserPrincipal owner = names.lookupPrincipalByName(servers ? user : "root");
        boolean shared = permissions.startsWith("r", 3) && permissions.endsWith("---");
        GroupPrincipal group = names.lookupPrincipalByGroupName(servers || shared ? user : "root");
        if (!now.owner().equals(owner)) {
            view.setOwner(owner);
        }
        if (!now.group().equals(group)) {
            view.setGroup(group);
        }
        view.setPermissions(PosixFilePermissions.fromString(permissions));
    }
}
