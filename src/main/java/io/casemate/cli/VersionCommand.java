package io.casemate.cli;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.local.Exit;
import java.util.List;

/** {@code version}. */
final class VersionCommand {
    private VersionCommand() {}

    static List<Command> commands() {
        return List.of(Command.of("version", "Print the version", VersionCommand::run));
    }

    private static int run(Session session) {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        session.output().text("Casemate v" + (version == null ? "0.0.0" : version) + "\n");
        return Exit.OK;
    }
}
