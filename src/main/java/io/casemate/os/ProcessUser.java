package io.casemate.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process is. */
public final class ProcessUser {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessUser() {}

    /**
     * The effective user's number. Not the owner of {@code /proc/self}: that is root as soon as dumps are forbidden
     * ({@link ProcessMemory#forbidDumps}).
     */
    public static int id() throws IOException {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("Uid:"))
                    .map(line -> Integer.parseUnsignedInt(line.split("\\s+")[2]))
                    .findFirst()
                    .orElseThrow(() -> new IOException(STATUS + " names no user"));
        }
    }
}
