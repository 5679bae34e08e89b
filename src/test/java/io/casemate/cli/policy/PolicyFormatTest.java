package io.casemate.cli.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyFormatTest {
    private static final String UGLY = """


            path "secret/{{x}}/*"   {
            capabilities=["read",   "list"] # = { here
                  min_wrapping_ttl =   "1s"


              allowed_parameters   = {
            "k=" = ["a", "b"]
                  "longer"    = []
              }
            }
            path "b" { capabilities = ["deny"] }
            """;

    private static final String NEAT = """
            path "secret/{{x}}/*"   {
              capabilities     = ["read",   "list"] # = { here
              min_wrapping_ttl = "1s"

              allowed_parameters = {
                "k="     = ["a", "b"]
                "longer" = []
              }
            }
            path "b" { capabilities = ["deny"] }
            """;

    @Test
    void indents_and_aligns_and_is_done_after_one_pass() {
        assertEquals(NEAT, PolicyFormat.format(UGLY));
        assertEquals(NEAT, PolicyFormat.format(NEAT));
    }

    @Test
    void text_between_heredoc_marks_stays_as_it_is() {
        String text = "a = <<EOT\n   x = {\nEOT\n";
        assertEquals(text, PolicyFormat.format(text));
    }

    @Test
    void what_is_not_whole_is_refused() {
        for (String text : new String[] {"path \"a\" {\n", "}\n", "path \"a\n", "a = <<EOT\nx\n", "/* x */\n"}) {
            assertThrows(CliFailure.class, () -> PolicyFormat.format(text), text);
        }
    }

    /** Formatting may only ever move white space. */
    @Test
    void fuzz_nothing_but_white_space_changes() {
        String[] pieces = {
            "path", " ", "\"a = b\"", "{", "}", "\n", "[", "]", "=", "x", "# c", "//", ",", "\t", "\\\"", "{{y}}"
        };
        Random random = new Random(8);
        int formatted = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                String neat = PolicyFormat.format(text.toString());
                assertEquals(text.toString().replaceAll("\\s", ""), neat.replaceAll("\\s", ""), text::toString);
                assertEquals(neat, PolicyFormat.format(neat), text::toString);
                formatted++;
            } catch (CliFailure refused) {
                assertEquals(Exit.LOCAL, refused.exit());
            }
        }
        org.junit.jupiter.api.Assertions.assertTrue(formatted > 1_000, "formatted " + formatted);
    }
}
