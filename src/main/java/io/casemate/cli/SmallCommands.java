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
                .example("unwrap -"));
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

    private static int unwrap(Session session) {
        String token = session.secret(session.arguments().at(0, ""), "Wrapping token (will be hidden): ");
        Answer answer = session.tokens().token().isEmpty()
                ? session.sendAs("unwrapping", Call.put("sys/wrapping/unwrap", Map.of()), token)
                : session.send("unwrapping", Call.put("sys/wrapping/unwrap", Map.of("token", token)));
        session.output().secret(answer);
        return Exit.OK;
    }
}
