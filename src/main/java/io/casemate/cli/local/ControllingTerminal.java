package io.casemate.cli.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The terminal that the process belongs to, {@code /dev/tty}: a human can be asked there whatever standard input and output
 * are connected to. (The JDK's console is there only when neither is redirected.)
 */
final class ControllingTerminal {
    private static final Path TTY = Path.of("/dev/tty");

    private ControllingTerminal() {}

    /**
     * The line that the human types behind {@code prompt}, never echoed; null where there is no terminal. Fails locally
     * when echo cannot be turned off; then nothing is asked.
     */
    static char[] ask(String prompt) {
        try (InputStream in = Files.newInputStream(TTY)) {
            try (OutputStream out = Files.newOutputStream(TTY, StandardOpenOption.WRITE)) {
                return unechoed(prompt, in, out);
            } catch (IOException e) {
                throw CliFailure.local("the terminal cannot be asked: " + LocalFiles.reason(e));
            }
        } catch (IOException none) {
            return null;
        }
    }

    private static char[] unechoed(String prompt, InputStream in, OutputStream out) throws IOException {
        String before = stty("-g");
        Thread restorer = new Thread(() -> restore(before));
        Runtime.getRuntime().addShutdownHook(restorer);
        try {
            stty("-echo");
            out.write(prompt.getBytes(StandardCharsets.UTF_8));
            return line(in);
        } finally {
            stty(before);
            Runtime.getRuntime().removeShutdownHook(restorer);
            out.write('\n');
        }
    }

    private static char[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            line.write(octet);
        }
        return line.toString(StandardCharsets.UTF_8).toCharArray();
    }

    /** After an interrupt at the prompt: the shell must not be left without echo. */
    private static void restore(String before) {
        try {
            stty(before);
        } catch (IOException gone) {
            // With the terminal gone there is nothing to restore.
        }
    }

    private static String stty(String word) throws IOException {
        Process process = new ProcessBuilder("stty", word)
                .redirectInput(TTY.toFile())
                .redirectError(Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("stty failed, which turns its echo off and on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }
}
