package io.casemate.audit.file;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * Space of the audit file's disk that is taken while there is plenty, to be given up when there is none: entries go on for
 * as long as it lasts. A hidden file beside the audit file, owner-only, full of random bytes so that no file system stores it
 * smaller. For the one thread that holds the device's lock.
 *
 * @param size in bytes; 0 for none
 */
record Reserve(Path path, long size) {
    private static final System.Logger LOG = System.getLogger("casemate.audit");
    private static final int PIECE = 1 << 20;

    /** The reserve of {@code file}. */
    static Reserve of(Path file, long size) {
        return new Reserve(file.resolveSibling("." + file.getFileName() + ".reserve"), size);
    }

    /** Takes the space unless it is taken already. Without success the device works all the same, and the log says so. */
    void take() {
        try {
            if (size == 0 || taken()) {
                return;
            }
            Files.deleteIfExists(path);
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            fill();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no space can be kept in reserve at " + path + ": " + e.getMessage());
            release();
        }
    }

    /** Gives the space back; false when there was none. */
    boolean release() {
        try {
            return size > 0 && Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the reserve at " + path + " cannot be deleted: " + e.getMessage());
            return false;
        }
    }

    /** Whether the space is taken. */
    boolean taken() {
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == size;
        } catch (IOException e) {
            return false;
        }
    }

    private void fill() throws IOException {
        byte[] piece = new byte[PIECE];
        new SecureRandom().nextBytes(piece);
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            for (long left = size; left > 0; left -= PIECE) {
                out.write(piece, 0, (int) Math.min(left, PIECE));
            }
        }
    }
}
