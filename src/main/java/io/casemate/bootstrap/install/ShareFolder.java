package io.casemate.bootstrap.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Where the encrypted recovery shares are put for their holders. Shares of another server are never written over. */
record ShareFolder(Path place, InstallSite site) {
    private static final String CLOSED = "rwx------";
    private static final String NAME = "recovery-share-";

    /** Before the server is initialised: makes the directory, or finds it to be root's, closed and without shares. */
    void ready() throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(CLOSED)));
            return;
        }
        PosixFileAttributes found = Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory()
                || !found.owner().getName().equals("root")
                || !PosixFilePermissions.toString(found.permissions()).equals(CLOSED)) {
            throw new IOException(
                    place + " is there, and is not a directory of root's with mode 0700: others could take"
                            + " the shares away. Name another one as recovery.output");
        }
        try (Stream<Path> files = Files.list(place)) {
            if (files.anyMatch(file -> file.getFileName().toString().startsWith(NAME))) {
                throw new IOException(place + " holds recovery shares already, perhaps of another server: name another"
                        + " directory as recovery.output, or move them away if nobody needs them");
            }
        }
    }

    /** On the disk before the next step begins. */
    void take(List<?> shares) throws IOException {
        for (int i = 0; i < shares.size(); i++) {
            site.write(share(i), shares.get(i) + "\n", "rw-------", false);
        }
    }

    /** After a run that was cut short in the server's initialisation: all of them have to be there. */
    void complete(int shares) throws IOException {
        for (int i = 0; i < shares; i++) {
            if (!Files.exists(share(i))) {
                throw new IOException(
                        "the server is initialised, and " + share(i) + " is missing. If it was initialised by"
                                + " hand or restored, its store is in use: go on with --token -. Only if an earlier run of this"
                                + " installation ended while it initialised is nothing in the store: then stop the server, empty "
                                + site.store() + " and " + site.state().getParent() + ", and begin again");
            }
        }
    }

    private Path share(int index) {
        return place.resolve(NAME + (index + 1));
    }
}
