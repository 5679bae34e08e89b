package io.casemate.cli.local;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files the user names. */
public final class LocalFiles {
    private static final long MAX = 32 << 20;
    private static final int MAX_LINKS = 40;

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

    /** The file that symbolic links lead to, which need not be there yet; {@code name} itself where it is no link. */
    public static Path behindLinks(Path name) throws IOException {
        Path file = name;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemLoopException(name.toString());
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    /** An I/O error in words, with the file's name. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemLoopException loop -> loop.getFile() + ": symbolic links that lead in a circle";
            case FileSystemException other -> other.getFile() + ": " + other.getReason();
            default -> e.getMessage();
        };
    }
}
