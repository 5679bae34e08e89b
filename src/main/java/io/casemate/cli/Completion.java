package io.casemate.cli;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code completion}: a script for the shell that completes commands and options, made from the commands themselves. */
final class Completion {
    private static final String ZSH = "autoload -Uz bashcompinit && bashcompinit\n";

    private Completion() {}

    static List<Command> commands() {
        return List.of(
                Command.of("completion bash", "Print what makes bash complete commands and options", session -> {
                            session.output().text(bash());
                            return Exit.OK;
                        })
                        .example("completion bash"),
                Command.of("completion zsh", "Print what makes zsh complete commands and options", session -> {
                            session.output().text(ZSH + bash().replace("declare -gA", "typeset -gA"));
                            return Exit.OK;
                        })
                        .example("completion zsh"));
    }

    private static String bash() {
        TreeMap<String, TreeSet<String>> words = new TreeMap<>();
        TreeMap<String, String> options = new TreeMap<>();
        TreeSet<String> first = words.computeIfAbsent("/", _ -> new TreeSet<>(List.of("server", "dev")));
        for (Topic topic : Catalogue.TOPICS) {
            first.add(topic.name());
            for (Command command : topic.commands().get()) {
                options.put(command.name(), options(command.flags().stream()));
                String name = command.name();
                for (int space = name.lastIndexOf(' '); space > 0; space = name.lastIndexOf(' ')) {
                    words.computeIfAbsent(name.substring(0, space), _ -> new TreeSet<>())
                            .add(name.substring(space + 1));
                    name = name.substring(0, space);
                }
            }
        }
        return script(table(words, each -> String.join(" ", each)), table(options, each -> each));
    }

    /** Runs without the client: a start per key press would be felt. Falls back to file names. */
    private static String script(String words, String options) {
        return """
            # Completion of casemate for bash: source it, or install it below /usr/share/bash-completion/completions/.
            declare -gA _casemate_words=(
            %s)
            declare -gA _casemate_options=(
            %s)
            _casemate_global='%s'
            _casemate() {
              local current=${COMP_WORDS[COMP_CWORD]} name='' i
              for ((i = 1; i < COMP_CWORD; i++)); do
                [[ -n ${_casemate_words["${name:+$name }${COMP_WORDS[i]}"]+x} ||
                  -n ${_casemate_options["${name:+$name }${COMP_WORDS[i]}"]+x} ]] || continue
                name="${name:+$name }${COMP_WORDS[i]}"
              done
              COMPREPLY=()
              case $current in
                -*)
                  mapfile -t COMPREPLY < <(compgen -W "${_casemate_options["${name:-/}"]:-} $_casemate_global" -- "$current")
                  ;;
                *)
                  mapfile -t COMPREPLY < <(compgen -W "${_casemate_words["${name:-/}"]:-}" -- "$current")
                  ;;
              esac
            }
            complete -o default -F _casemate casemate
            """.formatted(words, options, options(GlobalFlags.ALL.stream()));
    }

    private static <T> String table(SortedMap<String, T> rows, Function<T, String> text) {
        return rows.entrySet().stream()
                .map(each -> "  [\"" + each.getKey() + "\"]='" + text.apply(each.getValue()) + "'\n")
                .collect(Collectors.joining());
    }

    private static String options(Stream<Flag> flags) {
        return flags.map(flag -> "-" + flag.name() + (flag.kind() == Flag.Kind.BOOL ? "" : "="))
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
