package io.casemate.cli;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.http.DryRunOutput;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Environment;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line. Never throws for anything a user or a server can do: it prints what is wrong and what to do, and
 * answers an exit code ({@code 0} done, {@code 1} local error, {@code 2} the server's refusal or a sealed server).
 */
public final class Cli {
    private static final List<String> VERSION = List.of("-v", "-version", "--version");

    private final Environment environment;
    private final Terminal terminal;

    Cli(Map<String, String> environment, Terminal terminal) {
        this.environment = new Environment(environment);
        this.terminal = terminal;
    }

    /** Entry of a process that is nothing but a client: ends it with the command's exit code. */
    public static void main(String[] words) {
        System.exit(main(List.of(words)));
    }

    /** Runs one command line with the process's own streams and environment. */
    public static int main(List<String> words) {
        return new Cli(System.getenv(), Terminal.system()).run(words);
    }

    /** Runs one command line. */
    int run(List<String> words) {
        try {
            return dispatch(words);
        } catch (DryRunOutput shown) {
            terminal.out().println(shown.getMessage());
            return Exit.OK;
        } catch (CliFailure failure) {
            terminal.out().flush();
            terminal.err().println(failure.getMessage());
            return failure.exit();
        } finally {
            terminal.out().flush();
            terminal.err().flush();
        }
    }

    private int dispatch(List<String> words) {
        String first = words.isEmpty() ? "" : words.getFirst();
        if (first.equals("help") && words.size() > 1) {
            List<String> asked = new ArrayList<>(words.subList(1, words.size()));
            asked.add("-help");
            return dispatch(asked);
        }
        if (VERSION.contains(first)) {
            return dispatch(List.of("version"));
        }
        if (first.isEmpty() || isHelp(first)) {
            (first.isEmpty() ? terminal.err() : terminal.out()).print(HelpText.overview());
            return first.isEmpty() ? Exit.LOCAL : Exit.OK;
        }
        if (first.equals("rehearse") && words.size() == 3) {
            return Rehearsal.play(words.subList(1, 3));
        }
        Topic topic = Catalogue.topic(first);
        if (topic == null) {
            throw UnknownCommand.command(first);
        }
        Command command = topic.find(words);
        return command == null ? help(topic, words) : run(command, words);
    }

    private int run(Command command, List<String> words) {
        int named = command.name().split(" ").length;
        Arguments arguments = command.parse(words.subList(named, words.size()));
        if (arguments.bool("help") || arguments.bool("h")) {
            terminal.out().print(HelpText.command(command));
            return Exit.OK;
        }
        Terminal heard = arguments.bool("non-interactive") ? terminal.silent() : terminal;
        return command.action().run(new Session(command, arguments, environment, heard));
    }

    /** A topic alone, or with a word that is none of its commands: {@code kv -h}, {@code kv metadata}, {@code kv gte}. */
    private int help(Topic topic, List<String> words) {
        boolean asked = words.stream().anyMatch(Cli::isHelp);
        List<Command> commands = topic.commands().get();
        String named = words.size() < 2 || isHelp(words.get(1)) ? topic.name() : topic.name() + " " + words.get(1);
        List<Command> below = commands.stream()
                .filter(command -> command.name().startsWith(named + " "))
                .toList();
        if (!asked && (below.isEmpty() || words.size() > named.split(" ").length)) {
            throw UnknownCommand.below(
                    topic, below.isEmpty() ? named : String.join(" ", words.subList(0, 3)), commands);
        }
        (asked ? terminal.out() : terminal.err()).print(HelpText.topic(topic, below.isEmpty() ? commands : below));
        return asked ? Exit.OK : Exit.LOCAL;
    }

    private static boolean isHelp(String word) {
        return word.equals("-h") || word.equals("-help") || word.equals("--help") || word.equals("help");
    }
}
