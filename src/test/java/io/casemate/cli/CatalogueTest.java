package io.casemate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.GlobalFlags;
import io.casemate.doctor.Check;
import io.casemate.doctor.Checks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands as data: complete, without clashes, and their own documentation true. */
class CatalogueTest {
    private static final Pattern COMMAND = Pattern.compile("\\bcasemate ((?:[a-z]+ ?)+)");
    private static final Pattern POINT = Pattern.compile("harden --apply ([a-z]+)");

    private static Stream<Command> commands() {
        return Catalogue.TOPICS.stream().flatMap(topic -> topic.commands().get().stream());
    }

    @Test
    void every_example_is_a_line_its_command_accepts() {
        commands().forEach(command -> {
            for (String example : command.examples()) {
                List<String> words = List.of(example.split(" "));
                Topic topic = Catalogue.topic(words.getFirst());
                assertEquals(command.name(), topic.find(words).name(), example);
                int named = command.name().split(" ").length;
                command.parse(words.subList(named, words.size()));
            }
        });
    }

    @Test
    void names_are_unique_and_lie_below_their_topic() {
        Set<String> seen = new HashSet<>();
        for (Topic topic : Catalogue.TOPICS) {
            for (Command command : topic.commands().get()) {
                assertTrue(seen.add(command.name()), command.name());
                assertTrue((command.name() + " ").startsWith(topic.name() + " "), command.name());
                assertEquals(
                        command.name(),
                        topic.find(List.of((command.name() + " more words").split(" ")))
                                .name());
            }
        }
        assertTrue(seen.size() > 50, "commands: " + seen.size());
    }

    /** Programs (the one that makes the manual) tell names from what they do by two blanks. */
    @Test
    void names_stand_apart_from_what_they_do() {
        for (Topic topic : Catalogue.TOPICS) {
            String row = "  " + topic.name() + "  ";
            assertTrue(HelpText.overview().contains(row), topic.name());
            String own = HelpText.topic(topic, topic.commands().get());
            for (Command command : topic.commands().get()) {
                String name = command.name().substring(topic.name().length()).strip();
                assertTrue(own.contains("  " + name + "  "), command.name());
            }
        }
    }

    @Test
    void no_flag_hides_another() {
        commands().forEach(command -> {
            Set<String> seen = new HashSet<>();
            Stream.concat(command.flags().stream(), GlobalFlags.ALL.stream())
                    .forEach(flag -> assertTrue(seen.add(flag.name()), command.name() + " -" + flag.name()));
        });
    }

    @Test
    void help_of_every_command_is_reached_by_every_spelling_and_needs_no_server() {
        commands().forEach(command -> {
            for (String spelling : List.of("-h", "-help", "--help", "help")) {
                String[] words = (spelling.equals("help") ? "help " + command.name() : command.name() + " " + spelling)
                        .split(" ");
                Run run = Run.of(Map.of("VAULT_ADDR", "https://127.0.0.1:1"), "", words);
                assertEquals(0, run.exit(), command.name());
                assertTrue(
                        run.out().startsWith(command.synopsis() + "\n\nUsage: casemate " + command.usage()), run.out());
                command.flags().forEach(flag -> assertTrue(run.out().contains("\n  -" + flag.name()), flag.name()));
                assertTrue(run.out().contains("-tls-server-name=<string>"), run.out());
            }
        });
    }

    @Test
    void the_overview_names_every_topic_and_the_variables() {
        Run run = Run.of(Map.of(), "", "-h");
        assertEquals(0, run.exit());
        Catalogue.TOPICS.forEach(topic -> assertTrue(run.out().contains("\n  " + topic.name() + " "), topic.name()));
        assertTrue(run.out().contains("VAULT_CACERT") && run.out().contains("CASEMATE_"), run.out());
        Run nothing = Run.of(Map.of(), "");
        assertEquals(1, nothing.exit());
        assertEquals("", nothing.out());
        assertFalse(nothing.err().isEmpty());
    }

    @Test
    void no_command_is_said_to_be_elsewhere() {
        UnknownCommand.ELSEWHERE.forEach(word -> assertEquals(null, Catalogue.topic(word), word));
        assertTrue(UnknownCommand.ELSEWHERE.contains("agent"));
    }

    @Test
    void the_wrong_number_of_arguments_is_refused_with_the_usage() {
        Run few = Run.of(Map.of(), "", "secrets", "move", "a");
        assertEquals(1, few.exit());
        assertTrue(few.err().contains("Not enough arguments (expected SOURCE DESTINATION, got 1)"), few.err());
        Run many = Run.of(Map.of(), "", "status", "x");
        assertTrue(many.err().contains("Too many arguments (expected none, got 1)"), many.err());
    }

    /** A remedy that names a command or a hardening point names one that there is. */
    @Test
    void what_the_doctor_names_is_there() {
        int named = 0;
        for (Check check : Checks.ALL) {
            Matcher command = COMMAND.matcher(check.remedy());
            while (command.find()) {
                List<String> words = List.of(command.group(1).strip().split(" "));
                Topic topic = Catalogue.topic(words.getFirst());
                assertNotNull(topic == null ? null : topic.find(words), check.id() + ": " + check.remedy());
                named++;
            }
            Matcher point = POINT.matcher(check.remedy());
            while (point.find()) {
                assertTrue(Files.isExecutable(Path.of("hardening/points", point.group(1))), check.id());
                named++;
            }
        }
        assertTrue(named > 15, "remedies with commands: " + named);
    }
}
