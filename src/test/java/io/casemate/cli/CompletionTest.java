package io.casemate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The printed script in a real bash. */
class CompletionTest {
    @TempDir
    private Path home;

    private List<String> completed(String... words) throws IOException, InterruptedException {
        Path script = Files.writeString(
                home.resolve("casemate"),
                Run.of(Map.of(), "", "completion", "bash").out());
        String line =
                "source \"$0\"; COMP_WORDS=(casemate \"$@\"); COMP_CWORD=$#; _casemate; printf '%s\\n' \"${COMPREPLY[@]}\"";
        List<String> command =
                new java.util.ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", line, script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), out);
        return out.lines().filter(word -> !word.isEmpty()).toList();
    }

    @Test
    void commandsAreCompletedAtEveryDepth() throws Exception {
        assertEquals(List.of("patch", "path-help", "pki", "policy", "print"), completed("p"));
        assertEquals(List.of("server"), completed("ser"));
        assertEquals(List.of("get"), completed("kv", "g"));
        assertTrue(completed("kv", "metadata", "").containsAll(List.of("get", "put", "delete")));
        assertTrue(completed("").size() > 15);
        assertTrue(completed("").containsAll(List.of("server", "dev", "install", "help")));
        assertEquals(List.of("get"), completed("help", "kv", "g"));
    }

    @Test
    void optionsAreCompletedWhereverTheyStand() throws Exception {
        assertTrue(completed("kv", "get", "-v").contains("-version="));
        assertTrue(completed("kv", "get", "secret/app", "-fi").contains("-field="));
        assertTrue(completed("-add").contains("-address="));
        assertEquals(List.of(), completed("kv", "get", "secret/a"));
    }

    @Test
    void everyCommandAndOptionOfTheCatalogueIsThere() throws Exception {
        for (Topic topic : Catalogue.TOPICS) {
            for (Command command : topic.commands().get()) {
                List<String> words =
                        new java.util.ArrayList<>(List.of(command.name().split(" ")));
                assertTrue(completed(words.toArray(String[]::new)).contains(words.getLast()), command.name());
            }
        }
        TreeSet<String> flags = new TreeSet<>(completed("operator", "init", "-"));
        assertTrue(flags.contains("-recovery-shares=") && flags.contains("-output-policy"), flags::toString);
    }
}
