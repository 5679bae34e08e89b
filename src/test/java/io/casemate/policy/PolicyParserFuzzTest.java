package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile text: a policy is either understood whole or refused with a BadRequest, soon. {@code -Dfuzz.rounds=N} for more. */
class PolicyParserFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 60_000);

    private static final String HCL = """
            # team "x"
            path "secret/data/+/ü\\u00e4*" {
              capabilities = ["create", "read", "deny",] /* c */
              allowed_parameters = { "a" = ["x*", 3, -1.5, true, [1, {"k" = "v"}]], "*" = [] }
              min_wrapping_ttl = "1m"
            }
            path "b/${c}" { policy = "write" } // end
            path "d" { required_parameters = ["r"] max_wrapping_ttl = 90 }
            """;

    private static final String JSON =
            "{\"path\":{\"a/*\":{\"capabilities\":[\"read\",\"list\"]},\"b\":{\"policy\":\"write\"}}}";

    private static final String[] SPICE = {
        "{", "}", "[", "]", "\"", "\\", ",", "=", "<<E", "/*", "*/", "//", "#", "\n", "\r", "\u0000", "${", "{{", "}}",
        "path", "\uFEFF", "\uD800", "\uDC00", "\u2028", "-", "0x1", "1e9", "true", "+*", "policy", "\"\"", "\\u12"
    };

    @ParameterizedTest
    @ValueSource(strings = {HCL, JSON})
    void mutations_are_understood_or_refused(String seed) {
        SplittableRandom random = new SplittableRandom(7);
        assertTimeoutPreemptively(Duration.ofSeconds(60 + ROUNDS / 1000), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                String text = mutate(seed, random);
                try {
                    PolicyParser.parse("p", text).rules().forEach(PolicyParserFuzzTest::sane);
                } catch (FaultException e) {
                    assertTrue(e.fault() instanceof Fault.BadRequest, () -> e.fault() + " for " + text);
                } catch (RuntimeException | StackOverflowError e) {
                    fail("crashed on: " + text, e);
                }
            }
        });
    }

    /** Cut anywhere inside a stanza, it is refused; cut between stanzas it is a shorter policy and nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {HCL, JSON})
    void a_truncated_policy_is_never_taken_for_whole(String seed) {
        List<PathRule> whole = PolicyParser.parse("p", seed).rules();
        boolean json = seed.startsWith("{");
        int accepted = 0;
        for (int length = 0; length < seed.strip().length(); length++) {
            String cut = seed.substring(0, length);
            try {
                List<PathRule> rules = PolicyParser.parse("p", cut).rules();
                accepted++;
                assertTrue(!json || cut.isBlank(), cut);
                assertEquals(whole.subList(0, rules.size()), rules, cut);
                assertEquals(braces(cut, '{'), braces(cut, '}'), cut);
            } catch (FaultException e) {
                assertTrue(e.fault() instanceof Fault.BadRequest);
            }
        }
        assertNotEquals(0, accepted);
    }

    @Test
    void deep_and_long_input_ends_soon() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (String unit : List.of(
                    "[", "{", "path \"a\" {", "\"", "/*", "#", "a=", "a{", "${", "\\", "{{", "-", "{\"path\":")) {
                String text = unit.repeat(PolicyParser.MAX_LENGTH / unit.length());
                try {
                    assertEquals(List.of(), PolicyParser.parse("p", text).rules());
                } catch (FaultException e) {
                    assertTrue(e.fault() instanceof Fault.BadRequest, () -> unit + e);
                }
                assertThrows(FaultException.class, () -> PolicyParser.parse("p", "path \"" + text));
            }
        });
    }

    private static void sane(PathRule rule) {
        assertTrue(!Capability.DENY.in(rule.bits()) || rule.bits() == Capability.DENY.bit());
        assertTrue(rule.pattern().codePoints().noneMatch(Character::isISOControl));
    }

    private static long braces(String text, char brace) {
        return text.replace("${c}", "").chars().filter(c -> c == brace).count();
    }

    private static String mutate(String seed, SplittableRandom random) {
        StringBuilder text = new StringBuilder(seed);
        for (int edits = random.nextInt(1, 5); edits > 0 && !text.isEmpty(); edits--) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + random.nextInt(1, 12));
            switch (random.nextInt(5)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, SPICE[random.nextInt(SPICE.length)]);
                case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, to));
                case 3 -> text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
                default -> text.setLength(at);
            }
        }
        return text.toString();
    }
}
