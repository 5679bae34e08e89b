package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The machine's own list of names, hosts(5). It is root's, and read at each question, as the C library does. */
final class HostsFile {
    private final Path file;

    HostsFile(Path file) {
        this.file = file;
    }

    /** The addresses of exactly this name, whatever the case; none when the file cannot be read. */
    List<InetAddress> addresses(String name) {
        // Other bytes than ASCII stand in comments only.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.flatMap(line -> address(line, name)).distinct().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Stream<InetAddress> address(String line, String name) {
        String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
        if (Arrays.stream(words).skip(1).noneMatch(name::equalsIgnoreCase)) {
            return Stream.empty();
        }
        try {
            return Stream.of(InetAddress.ofLiteral(words[0]));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
