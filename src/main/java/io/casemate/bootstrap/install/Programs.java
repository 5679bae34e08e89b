package io.casemate.bootstrap.install;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The machine's own programs, by their full paths, without a shell. */
final class Programs {
    private Programs() {}

    static Optional<Path> find(String name) {
        return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end; what it says is in the message when it fails.
     *
     * @return what it said
     */
    static String run(String name, String... arguments) throws IOException, InterruptedException {
        return feed(new byte[0], name, arguments);
    }

    /** The same, with something to read: for what must not be an argument, which every user sees. */
    static String feed(byte[] input, String name, String... arguments) throws IOException, InterruptedException {
        return new String(output(input, true, words(name, arguments)), StandardCharsets.UTF_8).strip();
    }

    /** What a program writes, and nothing of its errors: for a secret, which the caller wipes. */
    static byte[] bytes(String name, String... arguments) throws IOException, InterruptedException {
        return output(new byte[0], false, words(name, arguments));
    }

    private static List<String> words(String name, String... arguments) throws IOException {
        Path program = find(name).orElseThrow(() -> new IOException(name + " is not installed"));
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(Arrays.asList(arguments));
        return words;
    }

    /** @param errors whether they are part of it, and of the message when it fails */
    private static byte[] output(byte[] input, boolean errors, List<String> words)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(errors);
        if (!errors) {
            builder.redirectError(Redirect.DISCARD);
        }
        Process process = builder.start();
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input);
        }
        byte[] said = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " failed"
                    + (errors ? ": " + new String(said, StandardCharsets.UTF_8).strip() : ""));
        }
        return said;
    }
}
