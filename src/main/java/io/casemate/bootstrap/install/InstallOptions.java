package io.casemate.bootstrap.install;

import io.casemate.kernel.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@code casemate install}.
 *
 * @param answers the answers file; without one, a human is asked
 * @param root stands for the root of the machine
 * @param tokenFromInput a root token comes on standard input
 */
record InstallOptions(Optional<Path> answers, Path root, boolean dryRun, boolean tokenFromInput) {
    static final String USAGE = """
            Usage: casemate install [--answers FILE] [--dry-run] [--root DIR] [--token -]

              From a fresh machine with an HSM to a server that its first administrator can log in to: user, directories,
              SELinux, HSM, TLS, initialisation, recovery shares to their holders, audit, administrator; the root token is
              revoked and never shown. Safe to run again: it goes on where it was cut short. docs/install.md tells more.

              --answers FILE   what it has to know (YAML); without it, it asks and writes such a file
              --dry-run        only say what would be done
              --root DIR       install below DIR
              --token -        a root token on standard input, where an earlier run was cut short after the initialisation
            """;

    static InstallOptions parse(List<String> words) {
        Optional<Path> answers = Optional.empty();
        Path root = Path.of("/");
        boolean dryRun = false;
        boolean token = false;
        List<String> problems = new ArrayList<>();
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next().replaceFirst("^--?", "--");
            int equals = word.indexOf('=');
            String flag = equals < 0 ? word : word.substring(0, equals);
            if (flag.equals("--dry-run")) {
                dryRun = true;
            } else if (List.of("--answers", "--root", "--token").contains(flag) && (equals > 0 || rest.hasNext())) {
                String value = equals > 0 ? word.substring(equals + 1) : rest.next();
                switch (flag) {
                    case "--answers" -> answers = Optional.of(Path.of(value).toAbsolutePath());
                    case "--root" -> root = Path.of(value).toAbsolutePath().normalize();
                    default -> token = value.equals("-");
                }
            } else {
                problems.add(word.split("=", 2)[0] + " is not known or has no value; casemate install -h tells more");
            }
        }
        if (words.stream().anyMatch(word -> word.matches("--?token(=.*)?")) && !token) {
            problems.add("--token takes - alone, never a token itself");
        }
        if (!problems.isEmpty()) {
            throw new Fault.Misconfigured(problems).asException();
        }
        return new InstallOptions(answers, root, dryRun, token);
    }
}
