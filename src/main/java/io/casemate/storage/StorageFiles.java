package io.casemate.storage;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/**
 * What every store here does with files: create them for the owner alone (mode 0600), make a name durable by an fsync of
 * its directory, and turn what the operating system says into a {@link Fault.StorageFailed} with file and remedy.
 */
public final class StorageFiles {
    /** Mode 0600. */
    public static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private StorageFiles() {}

    /**
     * A new empty file of mode 0600, whatever the umask.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the name is taken
     */
    public static void create(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(file, OWNER_ONLY);
    }

    /** Makes content and length of {@code file} durable. */
    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Makes creations, renames and deletions in {@code directory} durable. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Renames a synced file in one durable step; what had the name {@code to} before is gone. The directory is opened first, so that
     * a want of file descriptors fails before the rename and not after it.
     */
    public static void moveDurably(Path from, Path to) throws IOException {
        try (FileChannel directory = FileChannel.open(directoryOf(to), StandardOpenOption.READ)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            directory.force(true);
        }
    }

    /** The directory that holds {@code file}'s name. */
    public static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.getFileSystem().getPath("/") : parent;
    }

    /** A fault about {@code file}; {@code text} says what is wrong and what to do. */
    public static FaultException fault(StorageProblem problem, Path file, String text) {
        return new Fault.StorageFailed(problem, file + ": " + text).asException();
    }

    /** The fault for an error of the operating system on {@code file}. */
    public static FaultException fault(Path file, IOException cause) {
        if (isFull(cause)) {
            return new Fault.StorageFailed(StorageProblem.FULL, file + ": " + FULL_REMEDY).causedBy(cause);
        }
        return new Fault.StorageFailed(
                        StorageProblem.IO, file + ": " + said(cause) + "; look at the disk and its mount")
                .causedBy(cause);
    }

    /** Said to whoever meets a full disk. */
    public static final String FULL_REMEDY = "no space left. Writes are refused and reads go on; free space on its file"
            + " system and writes work again without a restart";

    /** Whether space, a quota or a file size limit ran out. The texts are those of ENOSPC, EDQUOT and EFBIG. */
    public static boolean isFull(IOException cause) {
        String said = said(cause).toLowerCase(Locale.ROOT);
        return said.contains("no space left") || said.contains("quota exceeded") || said.contains("file too large");
    }

    private static String said(IOException cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + " " + message;
    }
}
