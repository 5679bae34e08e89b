package io.casemate.cli.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlagParserTest {
    private static final List<Flag> FLAGS = List.of(
            Flag.bool("force", ""),
            Flag.text("format", ""),
            Flag.integer("cas", ""),
            Flag.list("policy", ""),
            Flag.pairs("metadata", ""));

    private static final List<String> PIECES = List.of(
            "-",
            "--",
            "---",
            "=",
            "-=",
            "-force",
            "--force",
            "-force=",
            "-force=1",
            "-format",
            "-format=",
            "--cas",
            "-cas=7",
            "-policy",
            "-policy=x",
            "-metadata",
            "a=b",
            "@f",
            "",
            "-h",
            "\u00fc",
            "-format==",
            "x y",
            "-1");

    private static Arguments parse(String... words) {
        return FlagParser.parse(FLAGS, List.of(words));
    }

    private static String refused(String... words) {
        return assertThrows(CliFailure.class, () -> parse(words)).getMessage();
    }

    @Test
    void every_spelling_of_a_value_means_the_same() {
        for (List<String> words : List.of(
                List.of("-format=json"),
                List.of("-format", "json"),
                List.of("--format=json"),
                List.of("--format", "json"))) {
            assertEquals("json", FlagParser.parse(FLAGS, words).text("format", ""), words::toString);
        }
    }

    @Test
    void a_bool_never_takes_the_next_word() {
        Arguments arguments = parse("-force", "path");
        assertTrue(arguments.bool("force"));
        assertEquals(List.of("path"), arguments.positionals());
        assertFalse(parse("-force=false").bool("force"));
        assertEquals("-force takes true or false", refused("-force=maybe"));
    }

    @Test
    void flags_may_follow_arguments_until_two_dashes_end_them() {
        Arguments arguments = parse("a", "-force", "b=c", "--", "-format", "--");
        assertEquals(List.of("a", "b=c", "-format", "--"), arguments.positionals());
        assertTrue(arguments.bool("force"));
    }

    @Test
    void a_lone_dash_is_standard_input_and_no_flag() {
        assertEquals(List.of("path", "-"), parse("path", "-").positionals());
        assertEquals("-", parse("-format", "-").text("format", ""));
    }

    @Test
    void the_last_text_wins_and_lists_collect() {
        assertEquals("yaml", parse("-format=json", "-format=yaml").text("format", ""));
        assertEquals(List.of("a", "b"), parse("-policy=a", "-policy", "b").list("policy"));
        assertEquals(
                Map.of("k", "v=w", "l", ""),
                parse("-metadata=k=v=w", "-metadata", "l=").pairs("metadata"));
    }

    @Test
    void what_is_malformed_is_said_and_never_becomes_data() {
        assertTrue(refused("-formt=json").contains("flag provided but not defined: -formt (did you mean -format?)"));
        assertTrue(refused("path", "-unknown").contains("-unknown"));
        assertEquals("flag needs a value: -format", refused("-format"));
        assertEquals("-cas takes a whole number", refused("-cas=many"));
        assertEquals("-metadata takes key=value", refused("-metadata", "novalue"));
    }

    /** Whatever is typed: either an error, or every word accounted for exactly once. */
    @Test
    void fuzz_no_word_is_ever_lost() {
        Random random = new Random(20_261_122);
        int accepted = 0;
        for (int round = 0; round < 50_000; round++) {
            List<String> words = new ArrayList<>();
            for (int n = random.nextInt(6); n > 0; n--) {
                words.add(PIECES.get(random.nextInt(PIECES.size())));
            }
            try {
                Arguments arguments = FlagParser.parse(FLAGS, words);
                accepted++;
                assertEquals(withoutFlags(words), arguments.positionals(), words::toString);
            } catch (CliFailure refused) {
                assertEquals(Exit.LOCAL, refused.exit());
            }
        }
        assertTrue(accepted > 1_000, "the generator must reach the accepting half too: " + accepted);
    }

    /** A naive second opinion on which words are arguments. */
    private static List<String> withoutFlags(List<String> words) {
        List<String> left = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                left.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (word.equals("-") || !word.startsWith("-")) {
                left.add(word);
            } else if (!word.contains("=") && !word.endsWith("force")) {
                i++;
            }
        }
        return left;
    }
}
