package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {
    private static final String USUAL = """
            length = 20
            rule "charset" { charset = "abcdefghijklmnopqrstuvwxyz" min-chars = 1 }
            rule "charset" { charset = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" min-chars = 1 }
            rule "charset" { charset = "0123456789" min-chars = 1 }
            rule "charset" { charset = "!@#$%^&*" min-chars = 1 }
            """;

    private final PasswordPolicies policies = new PasswordPolicies(new MemoryView(), new SecureRandom());

    @Test
    void passwords_keep_the_policy() {
        policies.write("usual", USUAL);
        for (int i = 0; i < 200; i++) {
            String password = policies.generate("usual").orElseThrow();
            assertEquals(20, password.length());
            for (String wanted : List.of("[a-z]", "[A-Z]", "[0-9]", "[!@#$%^&*]")) {
                assertTrue(password.matches(".*" + wanted + ".*"), password);
            }
        }
        assertEquals(Optional.of(USUAL), policies.read("usual"));
        assertEquals(List.of("usual"), policies.names());
        policies.delete("usual");
        assertEquals(Optional.empty(), policies.generate("usual"));
    }

    @Test
    void the_json_form_means_the_same() {
        String json = """
                {"length": 6, "rule": [{"charset": {"charset": "ab", "min-chars": 2}}, {"charset": {"charset": "c"}}]}
                """;
        String hcl =
                "length = 6 rule \"charset\" { charset = \"ab\" min-chars = 2 } rule \"charset\" { charset = \"c\" }";
        assertEquals(PasswordPolicy.parse(hcl), PasswordPolicy.parse(json));
    }

    @Test
    void characters_beyond_the_basic_plane_count_once() {
        policies.write("odd", "length = 5 rule \"charset\" { charset = \"😀é\" min-chars = 1 }");
        String password = policies.generate("odd").orElseThrow();
        assertEquals(5, password.codePointCount(0, password.length()));
    }

    @Test
    void rules_that_luck_would_hardly_meet_cost_no_more() {
        policies.write(
                "strict",
                "length = 100 rule \"charset\" { charset = \"abcdefghijklmnopqrstuvwxyz0123456789\" } "
                        + "rule \"charset\" { charset = \"!\" min-chars = 97 }");
        String password = policies.generate("strict").orElseThrow();
        assertTrue(password.chars().filter(c -> c == '!').count() >= 97);
    }

    /** All passwords of four of these rules are drawn equally often: chi-squared over every one of them. */
    @Test
    void every_password_is_as_likely_as_every_other() {
        PasswordPolicy policy = PasswordPolicy.parse("""
                length = 4
                rule "charset" { charset = "abx" min-chars = 1 }
                rule "charset" { charset = "xy" min-chars = 2 }
                """);
        int all = 0;
        for (int i = 0; i < 256; i++) {
            String each = String.valueOf(new char[] {
                "abxy".charAt(i & 3), "abxy".charAt(i >> 2 & 3), "abxy".charAt(i >> 4 & 3), "abxy".charAt(i >> 6 & 3)
            });
            boolean keeps = each.matches(".*[abx].*") && each.matches(".*[xy].*[xy].*");
            all += keeps ? 1 : 0;
        }
        PasswordDraw draw = new PasswordDraw(policy, new SecureRandom());
        assertEquals(BigInteger.valueOf(all), draw.count());
        int each = 200;
        Map<String, Integer> drawn = new HashMap<>();
        for (int i = 0; i < all * each; i++) {
            drawn.merge(draw.draw(), 1, Integer::sum);
        }
        assertEquals(all, drawn.size());
        double chi = drawn.values().stream()
                .mapToDouble(count -> (count - each) * (double) (count - each) / each)
                .sum();
        // Mean is all - 1, deviation sqrt(2 (all - 1)): seven of them are chance once in a hundred thousand million
        // runs.
        assertTrue(chi < all - 1 + 7 * Math.sqrt(2.0 * (all - 1)), "chi squared " + chi + " over " + all);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            length = 3 rule "charset" { charset = "a" }                                   | between 4 and 100
            length = 101 rule "charset" { charset = "a" }                                 | between 4 and 100
            rule "charset" { charset = "a" }                                              | between 4 and 100
            length = 8                                                                    | no charset
            length = 8 length = 9 rule "charset" { charset = "a" }                        | twice
            length = 8 rule "charset" { charset = "" }                                    | needs the characters
            length = 8 rule "charset" { min-chars = 1 }                                   | needs the characters
            length = 8 rule "charset" { charset = "a\\n" }                                | non-printable
            length = 8 rule "charset" { charset = "a" min-chars = 9 }                     | at least 9
            length = 8 rule "charset" { charset = "a" min-chars = -1 }                    | whole number
            length = 8.5 rule "charset" { charset = "a" }                                 | whole number
            length = "8" rule "charset" { charset = "a" }                                 | whole number
            length = 8 rule "chars" { charset = "a" }                                     | known is charset
            length = 8 rule "charset" { charset = "a" minchars = 1 }                      | did you mean 'min-chars'
            lenght = 8 rule "charset" { charset = "a" }                                   | did you mean 'length'
            """)
    void what_cannot_be_is_refused_with_its_reason(String text, String reason) {
        FaultException e = assertThrows(FaultException.class, () -> policies.write("p", text));
        Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, e.fault());
        assertTrue(fault.details().getFirst().contains(reason), fault.details().toString());
        assertEquals(List.of(), policies.names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "-a", "a b", ".."})
    void names_are_plain(String name) {
        assertThrows(FaultException.class, () -> policies.write(name, USUAL));
    }
}
