package io.casemate.cli.local;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files the user names. */
public final class LocalFiles {
    private static final long MAX = 32 << 20;

    private LocalFiles() {}

    /** The file's bytes, at most 32 MiB; fails locally and says why. */
    public static byte[] read(String name) {
        Path file = Path.of(name);
        try {
            if (Files.size(file) > MAX) {
                throw CliFailure.local(name + " is longer than 32 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CliFailure.local("cannot read " + reason(e));
        }
    }

    /** An I/O error in words, with the file's name. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException other -> other.getFile() + ": " + other.getReason();
            default -> e.getMessage();
        };
    }
}
