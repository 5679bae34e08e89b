package io.casemate.audit.file;

import io.casemate.kernel.Fault;
import io.casemate.os.ProcessUser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A path that is opened for appending, and only if nobody but us and root decides what is there.
 *
 * @param mode permissions the file gets, 0 to leave an existing file's alone
 */
record AuditFile(Path path, int mode) implements Sink {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_FOR_ALL = 0002;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Opens the file, creating it with mode 0600 when it is not there. */
    @Override
    public Opened open() throws IOException {
        checkFolder();
        create();
        boolean regular = checkFile();
        if (regular && mode != 0) {
            Files.setPosixFilePermissions(path, permissions());
        }
        Object before = identity();
        OutputStream stream = Files.newOutputStream(
                path, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        if (!before.equals(identity())) {
            stream.close();
            throw refused("it was replaced while it was being opened");
        }
        return new Opened(stream, before, regular && torn());
    }

    /** Device and inode of what is at the path now. */
    @Override
    public Object identity() throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return found;
    }

    private void checkFolder() throws IOException {
        Path folder = path.getParent().toRealPath();
        int found = (int) Files.getAttribute(folder, "unix:mode");
        if ((found & WRITABLE_FOR_ALL) != 0 && (found & STICKY) == 0) {
            throw refused("its folder is writable for everybody; give it to the service user, mode 0700");
        }
    }

    private void create() throws IOException {
        try {
            // for appending from the first: a policy may allow nothing else (SELinux)
            Files.newByteChannel(
                            path,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                    .close();
        } catch (FileAlreadyExistsException e) {
            System.getLogger("casemate.audit").log(System.Logger.Level.DEBUG, "appending to {0}", path);
        }
    }

    /** Whether it is a regular file; refuses what is neither that nor a character device, and what belongs to others. */
    private boolean checkFile() throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        int type = (int) found.get("mode") & TYPE;
        if (type != REGULAR && type != CHARACTER_DEVICE) {
            throw refused("it is a symbolic link, a folder or a pipe; expected a regular file");
        }
        if (!found.get("uid").equals(ProcessUser.id()) && !found.get("uid").equals(0)) {
            throw refused("it belongs to another user");
        }
        return type == REGULAR;
    }

    private boolean torn() throws IOException {
        try (SeekableByteChannel file =
                Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return file.size() > 0 && file.position(file.size() - 1).read(last) == 1 && last.get(0) != '\n';
        }
    }

    private Set<PosixFilePermission> permissions() {
        PosixFilePermission[] order = {
            PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
        };
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < order.length; bit++) {
            if ((mode >> bit & 1) != 0) {
                set.add(order[bit]);
            }
        }
        return set;
    }

    private RuntimeException refused(String why) {
        return new Fault.StorageFailed(Fault.StorageProblem.FOREIGN, "audit file " + path + ": " + why).asException();
    }
}
