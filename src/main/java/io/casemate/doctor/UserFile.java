package io.casemate.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file in a directory of some user's, who may have put anything there for root to open: a pipe that nobody writes to, a link to a
 * device, a file system of his own that never answers. A link is not followed, and the look at the kind of file only spares a
 * thread: what holds whatever the user exchanges meanwhile is that opening and reading is not waited for longer than {@code patience}.
 */
record UserFile(Path place, String name, Duration patience) {
    private static final int LONGEST = 4 << 20;
    private static final Path NOTHING = Path.of("/dev/null");

    /** Its text, of at most 4 MiB; empty when there is none, or a link to {@code /dev/null}. */
    Optional<String> text() {
        try {
            var found = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isSymbolicLink() && Files.readSymbolicLink(place).equals(NOTHING)) {
                return Optional.empty();
            }
            if (!found.isRegularFile()) {
                throw new UnreadableException(name + " is no file: not opened");
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Machine.unreadable(name, e);
        }
        return Optional.of(patiently());
    }

    /** Opens and reads it, or gives up. */
    String patiently() {
        CompletableFuture<String> reading = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("doctor-reads").start(() -> {
            try (var in = Files.newInputStream(place, LinkOption.NOFOLLOW_LINKS)) {
                reading.complete(new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1));
            } catch (IOException | RuntimeException e) {
                reading.completeExceptionally(e);
            }
        });
        try {
            return reading.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TimeoutException
                    ? new UnreadableException(name + " was not read within " + patience.toSeconds() + " s")
                    : Machine.unreadable(name, e.getCause());
        }
    }
}
