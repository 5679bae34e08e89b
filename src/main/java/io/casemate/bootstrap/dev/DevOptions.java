package io.casemate.bootstrap.dev;

import io.casemate.kernel.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
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
              --once           stop after the certificate, with exit code 0
            """;

    static DevOptions parse(List<String> arguments) {
        int port = 8200;
        Optional<Path> data = Optional.empty();
        Optional<Path> envFile = Optional.empty();
        boolean once = false;
        boolean throwAway = false;
        List<String> problems = new ArrayList<>();
        Iterator<String> rest = normalised(arguments).iterator();
        while (rest.hasNext()) {
            String flag = rest.next();
            switch (flag) {
                case "--port" -> port = port(value(flag, rest, problems), problems);
                case "--data" -> data = Optional.of(Path.of(value(flag, rest, problems)));
                case "--env-file" -> envFile = Optional.of(Path.of(value(flag, rest, problems)));
                case "--once" -> once = true;
                case "--throw-away" -> throwAway = true;
                default -> problems.add("unknown argument " + flag);
            }
        }
        if (data.isEmpty()) {
            problems.add("--data is missing; the casemate launcher gives one");
        }
        if (!problems.isEmpty()) {
            throw new Fault.Misconfigured(problems).asException();
        }
        return new DevOptions(port, data.orElseThrow(), envFile, once, throwAway);
    }

    /** {@code -flag=value} and {@code --flag=value} as two words with two dashes. */
    private static List<String> normalised(List<String> arguments) {
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            String dashed = argument.startsWith("-") && !argument.startsWith("--") ? "-" + argument : argument;
            int equals = dashed.startsWith("--") ? dashed.indexOf('=') : -1;
            words.add(equals < 0 ? dashed : dashed.substring(0, equals));
            if (equals >= 0) {
                words.add(dashed.substring(equals + 1));
            }
        }
        return words;
    }

    private static String value(String flag, Iterator<String> rest, List<String> problems) {
        if (rest.hasNext()) {
            return rest.next();
        }
        problems.add(flag + " needs a value");
        return "";
    }

    private static int port(String text, List<String> problems) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        problems.add("--port takes a number from 0 to 65535");
        return 0;
    }
}
