package io.casemate.cli;

import java.util.List;
import java.util.Map;

/** {@code print token}, {@code version}, {@code path-help} and {@code unwrap}. */
final class SmallCommands {
    private SmallCommands() {}

    static List<Command> print() {
        return List.of(Command.of("print token", "Print the token that commands would use", SmallCommands::token)
                .example("print token"));
    }

    static List<Command> version() {
        return List.of(Command.of("version", "Print the version", SmallCommands::version));
    }

    static List<Command> pathHelp() {
        return List.of(Command.of("path-help", "Show what a path of the API is for and takes", SmallCommands::pathHelp)
                .takes("PATH")
                .example("path-help pki/issue/web"));
    }

    static List<Command> unwrap() {
        return List.of(Command.of("unwrap", "Take a wrapped answer out of its one-use token", SmallCommands::unwrap)
                .takes("[TOKEN|-]")
                .example("unwrap -", "unwrap"));
    }

    private static int token(Session session) {
        session.output().text(session.tokens().token() + "\n");
        return Exit.OK;
    }

    private static int version(Session session) {
        String version = SmallCommands.class.getPackage().getImplementationVersion();
        session.output().text("Casemate v" + (version == null ? "0.0.0" : version) + "\n");
        return Exit.OK;
    }

    private static int pathHelp(Session session) {
        String path = session.arguments().at(0);
        Answer answer = session.send("retrieving help", Call.get(path).with(Map.of("help", "1")));
        Map<String, Object> help = answer.json();
        if (help.isEmpty() || answer.status() == 404) {
            throw CliFailure.server("There is no help for " + Call.trimmed(path));
        }
        session.output().structured(help, () -> Values.text(help, "help").stripTrailing() + "\n");
        return Exit.OK;
    }

    /** Without an argument the user's token is the wrapping token: {@code VAULT_TOKEN=... casemate unwrap}. */
    private static int unwrap(Session session) {
        String given = session.arguments().at(0, "");
        String own = session.tokens().token();
        Call itself = Call.put("sys/wrapping/unwrap", Map.of());
        if (given.isEmpty() && !own.isEmpty()) {
            session.output().secret(session.send("unwrapping", itself));
            return Exit.OK;
        }
        String token = session.secret(given, "Wrapping token (will be hidden): ");
        session.output()
                .secret(
                        own.isEmpty()
                                ? session.sendAs("unwrapping", itself, token)
                                : session.send("unwrapping", Call.put("sys/wrapping/unwrap", Map.of("token", token))));
        return Exit.OK;
    }
}
