package io.casemate.cli;

import io.casemate.cli.local.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One command line, run in this process with streams of its own. */
public record Run(int exit, String out, String err) {
    /** Nobody is there to be asked. */
    public static Run of(Map<String, String> environment, String input, String... words) {
        return of(environment, input, null, List.of(words));
    }

    /** The same, with a human who types {@code typed} when asked; null for no terminal. */
    public static Run of(Map<String, String> environment, String input, String typed, List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                () -> false,
                text -> typed == null ? null : typed.toCharArray());
        int exit = new Cli(environment, terminal).run(words);
        return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
