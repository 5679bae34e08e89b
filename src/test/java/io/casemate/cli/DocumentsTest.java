package io.casemate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.GlobalFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every command line of ours that a document shows is one that the client takes: the command is there, and so are its flags. */
class DocumentsTest {
    /** At the start of a line or a code span, behind a prompt, a pipe or another command. */
    private static final Pattern SHOWN = Pattern.compile(
            "(?m)(?:^ *(?:\\$ |# )?|`|[|] |&& |\\$\\()casemate ((?:'[^'\n]*'|\"[^\"\n]*\"|[^`|&<>()\n'\"])+)");

    /** What the launcher and the server's program take. */
    private static final Set<String> NO_CLIENT =
            Set.of("server", "dev", "install", "hsm-broker", "rehearse", "COMMAND");

    @Test
    void everyCommandOfTheDocumentsIsTaken() throws IOException {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            for (Path page : Stream.concat(Stream.of(Path.of("README.md")), docs)
                    .filter(each -> each.toString().endsWith(".md") && !each.startsWith("docs/formats"))
                    .toList()) {
                Matcher shown = SHOWN.matcher(Files.readString(page));
                while (shown.find()) {
                    seen++;
                    String problem = problem(shown.group(1));
                    if (!problem.isEmpty()) {
                        wrong.add(page + ": casemate " + shown.group(1).strip() + ": " + problem);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(seen > 200, "command lines: " + seen);
    }

    private static String problem(String line) {
        List<String> words = new ArrayList<>(List.of(line.replaceAll("'[^']*'|\"[^\"]*\"", "x")
                .replaceAll(" #.*| \\\\$", "")
                .strip()
                .split(" +")));
        words.replaceAll(word -> word.replaceAll("[.,;:]+$", ""));
        if (NO_CLIENT.contains(words.getFirst()) || words.getFirst().matches("-.*|[0-9]+")) {
            return "";
        }
        Topic topic = Catalogue.topic(words.getFirst());
        if (topic == null) {
            return "there is no such command";
        }
        Command command = topic.find(words);
        if (command == null) {
            boolean group = topic.commands().get().stream()
                    .anyMatch(each -> each.name().startsWith(String.join(" ", words) + " "));
            return group ? "" : "there is no such command";
        }
        for (String word : words) {
            String flag = word.replaceFirst("^--?", "").replaceFirst("=.*", "");
            boolean known = Stream.concat(command.flags().stream(), GlobalFlags.ALL.stream())
                    .anyMatch(each -> each.name().equals(flag));
            if (word.startsWith("-") && word.length() > 1 && !known) {
                return "there is no flag -" + flag;
            }
        }
        return "";
    }
}
