package io.casemate.cli.local;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Where a command reads and writes: always UTF-8, whatever the locale says.
 *
 * @param interactive whether a human reads {@code out}
 * @param prompt asks the human without echo, given the prompt's text; answers null when there is no terminal
 */
public record Terminal(
        PrintStream out,
        PrintStream err,
        InputStream in,
        BooleanSupplier interactive,
        Function<String, char[]> prompt) {
    private static final int MAX_INPUT = 32 << 20;

    /** The process's own streams. */
    public static Terminal system() {
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                Terminal::shown,
                ControllingTerminal::ask);
    }

    /** The same, where nobody is asked. */
    public Terminal silent() {
        return new Terminal(out, err, in, interactive, text -> null);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 8192),
                false,
                StandardCharsets.UTF_8);
    }

    /** Whether standard output is a terminal, wherever the input comes from; the JDK tells that of both together only. */
    private static boolean shown() {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Reads a secret: from the human without echo. Fails locally when there is none to ask, and names {@code piped} instead. */
    public String secret(String text, String piped) {
        out.flush();
        char[] typed = prompt.apply(text);
        if (typed == null) {
            throw CliFailure.local(
                    "this needs a secret and nobody can be asked (no terminal, or -non-interactive): give "
                            + piped
                            + (piped.equals("-") ? " as the argument" : "") + " and the secret on standard input");
        }
        return new String(typed).strip();
    }

    /** Standard input to its end, at most 32 MiB. */
    public byte[] readAll() {
        try {
            byte[] all = in.readNBytes(MAX_INPUT + 1);
            if (all.length > MAX_INPUT) {
                throw CliFailure.local("standard input is longer than 32 MiB");
            }
            return all;
        } catch (IOException e) {
            throw CliFailure.local("standard input cannot be read: " + e.getMessage());
        }
    }

    /** Standard input as text, without the newline a shell adds at its end. */
    public String readText() {
        String text = new String(readAll(), StandardCharsets.UTF_8);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }
}
