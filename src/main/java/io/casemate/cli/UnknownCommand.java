package io.casemate.cli;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.Nearest;
import io.casemate.cli.local.CliFailure;
import java.util.List;

/** What is said of a command that does not exist: the one that was meant, or why there is none. */
final class UnknownCommand {
    /** First words of Vault's and OpenBao's command lines for which there is no command here. */
    static final List<String> ELSEWHERE =
            List.of("agent", "debug", "events", "kmip", "namespace", "plugin", "proxy", "ssh", "transform", "transit");

    private UnknownCommand() {}

    /** A first word that is none. */
    static CliFailure command(String word) {
        if (word.startsWith("-")) {
            return CliFailure.local("Options come after the command: casemate status " + word);
        }
        if (ELSEWHERE.contains(word)) {
            return CliFailure.local(
                    "There is no command \"" + word + "\" here, unlike in Vault's client. 'casemate read',"
                            + " 'write', 'list' and 'delete' reach every path of the API.");
        }
        return missing(word, Catalogue.TOPICS.stream().map(Topic::name).toList(), "casemate -h");
    }

    /** A second or third word that is none. */
    static CliFailure below(Topic topic, String named, List<Command> commands) {
        return missing(named, commands.stream().map(Command::name).toList(), "casemate " + topic.name() + " -h");
    }

    private static CliFailure missing(String named, List<String> known, String help) {
        String near = Nearest.to(named, known);
        return CliFailure.local("There is no command \"" + named + "\"."
                + (near.isEmpty() ? "" : " Did you mean \"" + near + "\"?") + " '" + help + "' lists them.");
    }
}
