package io.casemate.bootstrap.dev;

import io.casemate.bootstrap.ProgramFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@code casemate dev}.
 *
 * @param port to listen on; 0 takes any free one
 * @param data where everything is kept; the launcher always gives one
 * @param envFile where to write the exports as well
 * @param once stop after the certificate
 * @param throwAway the launcher made {@code data} for this run: it goes away at the end
 */
record DevOptions(int port, Path data, Optional<Path> envFile, boolean once, boolean throwAway) {
    static final String USAGE = """
            Usage: casemate dev [--port N] [--data DIR] [--env-file FILE] [--once]

              Starts a real server with throw-away keys: SoftHSM token, TLS key, HSM seal, audit, kv/ and pki/,
              issues a certificate, and runs until Ctrl-C.

              --port N         listen on 127.0.0.1:N (default 8200; 0 takes any free port)
              --data DIR       keep state in DIR and go on from it next time (default: a directory that goes away)
              --env-file FILE  also write the exports to FILE
              --once           stop after the certificate, with exit code 0; without --data nothing is left then
            """;

    static DevOptions parse(List<String> words) {
        ProgramFlags flags =
                ProgramFlags.parse("dev", List.of("port", "data", "env-file"), List.of("once", "throw-away"), words);
        int port = port(flags);
        if (flags.has("once")
                && flags.has("throw-away")
                && flags.value("env-file").isPresent()) {
            flags.problem("--env-file and --once need --data DIR: else nothing is left that the exports could name");
        }
        // the launcher gives one
        Path data = Path.of(flags.needed("data"));
        return new DevOptions(
                port, data, flags.value("env-file").map(Path::of), flags.has("once"), flags.has("throw-away"));
    }

    /** The directory that the launcher made for this run alone, also where the rest of the command line is wrong. */
    static Optional<Path> thrownAway(List<String> arguments) {
        int last = arguments.size() - 1;
        return last > 1
                        && arguments.get(last).equals("--throw-away")
                        && arguments.get(last - 2).equals("--data")
                ? Optional.of(Path.of(arguments.get(last - 1)))
                : Optional.empty();
    }

    private static int port(ProgramFlags flags) {
        try {
            int port = Integer.parseInt(flags.value("port").orElse("8200"));
            if (port >= 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        flags.problem("--port takes a number from 0 to 65535");
        return 0;
    }
}
