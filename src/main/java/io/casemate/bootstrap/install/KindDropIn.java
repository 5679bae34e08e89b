package io.casemate.bootstrap.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The drop-in that gives the HSM's unit what one kind of HSM needs. One that is there is kept: an operator narrows it.
 *
 * @param kinds where the package has one for each kind
 * @param place where the unit reads it
 */
record KindDropIn(Path kinds, Path place) {

    /**
     * The package's text for a kind.
     *
     * @throws IOException when the package is not installed
     */
    String text(String kind) throws IOException {
        Path file = kinds.resolve(kind + ".conf");
        if (!Files.isReadable(file)) {
            throw new IOException(
                    file + " is missing: install the package, or start the server yourself (service: external)");
        }
        return Files.readString(file);
    }

    boolean isThere() {
        return Files.exists(place);
    }

    /** Whether the one that is there sets all that the kind needs, whatever it sets besides. */
    boolean isFor(String kind) throws IOException {
        return settings(Files.readString(place)).containsAll(settings(text(kind)));
    }

    private static List<String> settings(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
