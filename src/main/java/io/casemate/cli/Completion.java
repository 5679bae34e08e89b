package io.casemate.cli;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.flag.GlobalFlags;
import io.casemate.cli.local.Exit;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code completion}: a script for the shell that completes commands and options, made from the commands themselves. */
final class Completion {
    /** Runs without the client: a start per key press would be felt. Falls back to file names. */
    private static final String BASH = """
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
            """;

    /** The same in zsh's own terms; a file of {@code fpath} is the function's first call as well as its definition. */
    private static final String ZSH = """
            #compdef casemate
            # Completion of casemate for zsh: install it as _casemate in a directory of fpath, or source it after compinit.
            _casemate() {
              local -A below options
              below=(
            %s  )
              options=(
            %s  )
              local global='%s'
              local name='' longer word
              for word in "${(@)words[2,CURRENT-1]}"; do
                longer="${name:+$name }$word"
                if (( ${+below[$longer]} || ${+options[$longer]} )); then name=$longer; fi
              done
              if [[ $PREFIX == -*=* ]]; then
                compset -P '*='
                _files
              elif [[ $PREFIX == -* ]]; then
                local -a flags=(${=options[$name]} ${=global})
                compadd -S '' -- ${(M)flags:#*=}
                compadd -- ${flags:#*=}
              elif (( ${+below[${name:-/}]} )); then
                compadd -- ${=below[${name:-/}]}
              else
                _files
              fi
            }
            if [[ ${funcstack[1]} == _casemate ]]; then _casemate "$@"; else compdef _casemate casemate; fi
            """;

    /** First words that the client's catalogue does not have: the launcher's and the overview's. */
    private static final List<String> OTHERS = List.of("dev", "help", "install", "server");

    private Completion() {}

    static List<Command> commands() {
        return List.of(
                Command.of("completion bash", "Print what makes bash complete commands and options", session -> {
                            session.output().text(script(BASH, "  [\"%s\"]='%s'\n"));
                            return Exit.OK;
                        })
                        .example("completion bash"),
                Command.of("completion zsh", "Print what makes zsh complete commands and options", session -> {
                            session.output().text(script(ZSH, "    '%s' '%s'\n"));
                            return Exit.OK;
                        })
                        .example("completion zsh"));
    }

    /** The template filled with the words below each word, the options of each command, and those of every command. */
    private static String script(String template, String row) {
        TreeMap<String, TreeSet<String>> words = new TreeMap<>();
        TreeMap<String, String> options = new TreeMap<>();
        TreeSet<String> first = words.computeIfAbsent("/", _ -> new TreeSet<>(OTHERS));
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
        return template.formatted(
                table(row, words, each -> String.join(" ", each)),
                table(row, options, each -> each),
                options(GlobalFlags.ALL.stream()));
    }

    private static <T> String table(String row, SortedMap<String, T> rows, Function<T, String> text) {
        return rows.entrySet().stream()
                .map(each -> row.formatted(each.getKey(), text.apply(each.getValue())))
                .collect(Collectors.joining());
    }

    private static String options(Stream<Flag> flags) {
        return flags.map(flag -> "-" + flag.name() + (flag.kind() == Flag.Kind.BOOL ? "" : "="))
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
