package io.casemate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The printed file in a real zsh with its completion system, whose user presses the tabulator at a pseudo terminal. */
class ZshCompletionTest {
    /** Says what would be offered for each line, between two marks. */
    private static final String USER = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1= PS2=; $1"
            zpty -w shell 'compadd() {
              if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
              local -a offered; builtin compadd -A offered "$@"; print -rl -- "OFFER "$^offered; }
            offer() { print -r BEGIN; _main_complete; print -r END; compstate[insert]= compstate[list]=; }
            zle -C offer list-choices offer; bindkey "^I" offer; print READY=$?'
            local text=
            until [[ $text == *READY=[0-9]* ]]; do zpty -r shell text; done
            shift
            for line; do
              zpty -w -n shell "$line"$'\\t'
              until [[ $text == *END* ]]; do zpty -r shell text && print -r -- "$text"; done
              text=
              zpty -w -n shell $'\\C-U'
            done
            zpty -d shell
            """;

    @TempDir
    private Path home;

    @BeforeEach
    void zshIsThere() {
        assumeTrue(
                List.of("/bin/zsh", "/usr/bin/zsh").stream().anyMatch(each -> Files.isExecutable(Path.of(each))),
                "needs zsh");
    }

    /** What is offered behind each of these beginnings of a line. */
    private List<List<String>> offered(String setup, List<String> lines) throws IOException, InterruptedException {
        Files.createDirectories(home.resolve("functions"));
        Files.writeString(
                home.resolve("functions/_casemate"),
                Run.of(Map.of(), "", "completion", "zsh").out());
        Files.writeString(home.resolve("here.pem"), "");
        List<String> command = new ArrayList<>(List.of("zsh", "-f", "-c", USER, "user", setup));
        lines.forEach(line -> command.add("casemate " + line));
        Process zsh = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(zsh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, zsh.waitFor(), out);
        List<List<String>> all = new ArrayList<>();
        for (String line : out.lines().map(String::strip).toList()) {
            if (line.endsWith("BEGIN")) {
                all.add(new ArrayList<>());
            } else if (line.startsWith("OFFER ")) {
                all.getLast().add(line.substring("OFFER ".length()));
            }
        }
        assertEquals(lines.size(), all.size(), out);
        return all;
    }

    private List<List<String>> offered(String... lines) throws IOException, InterruptedException {
        return offered("fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -D -u", List.of(lines));
    }

    @Test
    void commandsAndOptionsAreOfferedWhereverTheyStand() throws Exception {
        List<List<String>> all = offered(
                "p",
                "ser",
                "kv g",
                "kv metadata ",
                "help kv g",
                "kv get -v",
                "kv get secret/app -fi",
                "-add",
                "status -ca-cert=he");
        assertEquals(List.of("patch", "path-help", "pki", "policy", "print"), all.get(0));
        assertEquals(List.of("server"), all.get(1));
        assertEquals(List.of("get"), all.get(2));
        assertTrue(all.get(3).containsAll(List.of("get", "put", "delete")), all::toString);
        assertEquals(List.of("get"), all.get(4));
        assertEquals(List.of("-version="), all.get(5));
        assertEquals(List.of("-field="), all.get(6));
        assertEquals(List.of("-address="), all.get(7));
        assertEquals(List.of("here.pem"), all.get(8));
    }

    @Test
    void theFileCanBeSourcedToo() throws Exception {
        String setup = "autoload -Uz compinit; compinit -D -u; source functions/_casemate";
        assertEquals(List.of(List.of("get")), offered(setup, List.of("kv g")));
    }

    @Test
    void everyCommandOfTheCatalogueIsThere() throws Exception {
        List<String> names = new ArrayList<>();
        Catalogue.TOPICS.forEach(topic -> topic.commands().get().forEach(command -> names.add(command.name())));
        List<List<String>> all = offered(names.toArray(String[]::new));
        for (int i = 0; i < names.size(); i++) {
            String last = names.get(i).substring(names.get(i).lastIndexOf(' ') + 1);
            assertTrue(all.get(i).contains(last), names.get(i));
        }
        TreeSet<String> flags = new TreeSet<>(offered("operator init -").getFirst());
        assertTrue(flags.contains("-recovery-shares=") && flags.contains("-output-policy"), flags::toString);
    }
}
