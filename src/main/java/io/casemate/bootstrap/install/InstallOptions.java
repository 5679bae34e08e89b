package io.casemate.bootstrap.install;

import io.casemate.bootstrap.ProgramFlags;
import java.nio.file.Path;
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
        ProgramFlags flags =
                ProgramFlags.parse("install", List.of("answers", "root", "token"), List.of("dry-run"), words);
        if (flags.has("token") && !flags.value("token").equals(Optional.of("-"))) {
            flags.problem("--token takes - alone, never a token itself");
        }
        flags.refuse();
        return new InstallOptions(
                flags.value("answers").map(Path::of).map(Path::toAbsolutePath),
                Path.of(flags.value("root").orElse("/")).toAbsolutePath().normalize(),
                flags.has("dry-run"),
                flags.has("token"));
    }
}
