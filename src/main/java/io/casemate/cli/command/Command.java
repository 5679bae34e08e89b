package io.casemate.cli.command;

import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.flag.FlagParser;
import io.casemate.cli.flag.GlobalFlags;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.output.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * One command, as data: dispatch, the check of its arguments, help and completion all read this.
 *
 * @param name the words that call it, such as {@code kv get}
 * @param synopsis one line
 * @param takes its arguments as the usage line shows them: {@code [OPTIONAL]}, {@code REPEATED...}
 * @param flags its own, without the global ones
 * @param examples whole command lines, without the program's name
 * @param formats that it prints
 * @param wraps whether it shows an answer of the server as it is, so that this may come wrapped
 * @param action what it does
 */
public record Command(
        String name,
        String synopsis,
        String takes,
        List<Flag> flags,
        List<String> examples,
        List<String> formats,
        boolean wraps,
        Action action) {

    /** What a command does; answers the exit code. */
    @FunctionalInterface
    public interface Action {
        int run(Session session);
    }

    /** A command without arguments and flags that prints the usual formats. */
    public static Command of(String name, String synopsis, Action action) {
        return new Command(name, synopsis, "", List.of(), List.of(), Output.FORMATS, false, action);
    }

    /** The same with these arguments, written as in {@link #takes()}. */
    public Command takes(String arguments) {
        return new Command(name, synopsis, arguments, flags, examples, formats, wraps, action);
    }

    /** The same with further flags. */
    public Command with(Flag... own) {
        List<Flag> all = new ArrayList<>(flags);
        all.addAll(List.of(own));
        return new Command(name, synopsis, takes, all, examples, formats, wraps, action);
    }

    /** The same with these examples. */
    public Command example(String... lines) {
        return new Command(name, synopsis, takes, flags, List.of(lines), formats, wraps, action);
    }

    /** Other formats than the usual ones; the first one is for people. */
    public Command printing(String... others) {
        return new Command(name, synopsis, takes, flags, examples, List.of(others), wraps, action);
    }

    /** The answer may be wrapped: it is shown as it comes. */
    public Command wrapping() {
        return new Command(name, synopsis, takes, flags, examples, formats, true, action);
    }

    /** The flags of every command that this one takes. */
    public List<Flag> global() {
        return GlobalFlags.ALL.stream()
                .filter(flag -> wraps || !flag.name().equals("wrap-ttl"))
                .toList();
    }

    /** Parses {@code words} with this command's and the global flags, and checks the number of arguments. */
    public Arguments parse(List<String> words) {
        List<Flag> all = new ArrayList<>(flags);
        all.addAll(GlobalFlags.ALL);
        Arguments arguments = FlagParser.parse(all, words);
        if (!arguments.bool("help") && !arguments.bool("h")) {
            check(arguments);
        }
        return arguments;
    }

    private void check(Arguments arguments) {
        int given = arguments.positionals().size();
        if (given < least() || given > most()) {
            throw CliFailure.local((given < least() ? "Not enough arguments" : "Too many arguments") + " (expected "
                    + (takes.isEmpty() ? "none" : takes) + ", got " + given + ")\nUsage: casemate " + usage());
        }
        if (!wraps && !arguments.text("wrap-ttl", "").isEmpty()) {
            throw CliFailure.local(
                    "'" + name + "' reads the server's answer itself, which therefore cannot come wrapped;"
                            + " nothing was sent. Leave -wrap-ttl out, or ask for the path with 'casemate read' or 'write'.");
        }
    }

    /** The usage line, without the program's name. */
    public String usage() {
        return name + " [options]" + (takes.isEmpty() ? "" : " " + takes);
    }

    private long least() {
        return takes.isEmpty()
                ? 0
                : List.of(takes.split(" ")).stream()
                        .filter(word -> word.charAt(0) != '[')
                        .count();
    }

    private long most() {
        return takes.contains("...") ? Integer.MAX_VALUE : takes.isEmpty() ? 0 : takes.split(" ").length;
    }
}
