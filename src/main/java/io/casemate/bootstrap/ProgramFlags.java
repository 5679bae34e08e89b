package io.casemate.bootstrap;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line of a program that becomes a server or sets one up: {@code --name VALUE}, {@code --name=VALUE} and switches, with
 * one dash or two, in any order; nothing else. The last value of a name counts. (Those of the client's commands are
 * {@code cli.FlagParser}'s.)
 */
public final class ProgramFlags {
    private final String program;
    private final Map<String, String> values = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ProgramFlags(String program) {
        this.program = program;
    }

    /** Whether somebody asks for help only. */
    public static boolean help(List<String> words) {
        return words.stream().anyMatch(List.of("-h", "--h", "-help", "--help")::contains);
    }

    /**
     * Reads {@code words}. What is wrong with them is kept, to be told with all that its user finds, by {@link #refuse}.
     *
     * @param program as the user calls it, for messages
     * @param valued names, without dashes, of flags with a value
     * @param switches names of those without
     */
    public static ProgramFlags parse(String program, List<String> valued, List<String> switches, List<String> words) {
        ProgramFlags flags = new ProgramFlags(program);
        for (int at = 0; at < words.size(); at++) {
            String[] word = words.get(at).split("=", 2);
            String name = word[0].replaceFirst("^--?", "");
            if (name.equals(word[0]) || Stream.of(valued, switches).noneMatch(known -> known.contains(name))) {
                flags.problem("unknown argument " + word[0]);
            } else if (switches.contains(name)) {
                flags.values.put(name, "");
                if (word.length == 2) {
                    flags.problem("--" + name + " takes no value");
                }
            } else if (word.length == 2) {
                flags.values.put(name, word[1]);
            } else if (at + 1 < words.size() && !words.get(at + 1).startsWith("--")) {
                flags.values.put(name, words.get(++at));
            } else {
                flags.problem("--" + name + " needs a value");
            }
        }
        return flags;
    }

    /** Whether the switch was given. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value given for that flag. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * The value that has to be there.
     *
     * @throws FaultException {@code Misconfigured}
     */
    public String needed(String name) {
        refuse();
        return value(name).orElseThrow(() -> {
            problem("--" + name + " is missing");
            return refusal();
        });
    }

    /** Notes something wrong. Never with the value itself, which may be a secret in a wrong place. */
    public void problem(String text) {
        problems.add(text + "; casemate " + program + " -h tells more");
    }

    /**
     * Ends with all that is wrong, if anything is.
     *
     * @throws FaultException {@code Misconfigured}
     */
    public void refuse() {
        if (!problems.isEmpty()) {
            throw refusal();
        }
    }

    private FaultException refusal() {
        return new Fault.Misconfigured(List.copyOf(problems)).asException();
    }
}
