package io.casemate.doctor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The files of a machine below a root directory: {@code /} for this one. Reads only. What this user may not read throws
 * {@link UnreadableException}, so that no check takes it for absent.
 */
final class Machine {
    private static final int LONGEST = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path root;
    private final String barred;

    Machine(Path root) {
        this(root, "");
    }

    private Machine(Path root, String barred) {
        this.root = root.toAbsolutePath().normalize();
        this.barred = barred;
    }

    /** One that nothing can be seen of, and why. */
    static Machine outOfReach(String reason) {
        return new Machine(Path.of("/"), reason);
    }

    /** Whether it is the machine this runs on. */
    boolean live() {
        return root.equals(Path.of("/"));
    }

    /** The text of a file that has to be there. */
    String text(String path) {
        return find(path).orElseThrow(() -> new UnreadableException(path + " does not exist"));
    }

    /** One value, without blanks around it. */
    String word(String path) {
        return text(path).strip();
    }

    /** A number that stands alone in a file. */
    long number(String path) {
        return Long.parseLong(word(path));
    }

    /** The text of a file; empty when there is none. Bytes are taken one by one, as Latin-1. */
    Optional<String> find(String path) {
        // Buffered: by itself the stream asks for its place in the file, which some of the kernel's files do not have.
        try (var in = new BufferedInputStream(Files.newInputStream(at(path)))) {
            return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            // A process that ended while it was looked at.
            if ("No such process".equals(e.getMessage())) {
                return Optional.empty();
            }
            throw unreadable(path, e);
        }
    }

    /** A file that belongs to a user, who may not be trusted to have put a file there. */
    UserFile ofUser(String path) {
        return new UserFile(at(path), path, PATIENCE);
    }

    boolean exists(String path) {
        try {
            Files.readAttributes(at(path), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** The names in a directory, sorted; none when it is not there. */
    List<String> names(String path) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at(path))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw unreadable(path, e);
        }
        Collections.sort(names);
        return names;
    }

    /** Where a symbolic link points, as it says; empty when there is none. */
    Optional<String> link(String path) {
        try {
            return Optional.of(Files.readSymbolicLink(at(path)).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Who may do what with a file or directory; empty when there is none. */
    Optional<Permissions> permissions(String path) {
        try {
            var seen = Files.readAttributes(at(path), "unix:mode,uid,gid");
            return Optional.of(new Permissions(
                    path, (int) seen.get("mode") & 07777, (int) seen.get("uid"), (int) seen.get("gid")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private Path at(String path) {
        if (!barred.isEmpty()) {
            throw new UnreadableException(barred);
        }
        try {
            return root.resolve(path.substring(1));
        } catch (InvalidPathException e) {
            throw new UnreadableException("a name that is no path: " + e.getReason());
        }
    }

    static UnreadableException unreadable(String path, Throwable e) {
        return new UnreadableException(
                e instanceof AccessDeniedException
                        ? path + " may not be read by this user"
                        : path + " cannot be read: " + e.getMessage());
    }
}
