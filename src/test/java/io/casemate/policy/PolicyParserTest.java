package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyParserTest {
    @Test
    void reads_every_kind_of_member_and_comment() {
        Policy policy = parse("""
                # one
                // two
                /* three
                   lines */
                name = "ignored"
                path "secret/data/*" {
                  comment = "of the team"
                  capabilities = ["create", "read",]   # trailing comma
                  required_parameters = ["Reason"]
                  allowed_parameters = {
                    "Key" = ["a*", 3, true, ["x", 1.5], {"k" = "v"}]
                    "*"   = [],
                  }
                  denied_parameters { "bad" = [] }
                  min_wrapping_ttl = "1m", max_wrapping_ttl = 3600
                }
                """);
        PathRule rule = only(policy);
        assertEquals("secret/data/*", rule.pattern());
        assertEquals(bits(Capability.CREATE, Capability.READ), rule.bits());
        assertEquals(Set.of("reason"), rule.parameters().required());
        assertEquals(
                Map.of(
                        "key",
                        List.of("a*", new BigDecimal(3), true, List.of("x", new BigDecimal("1.5")), Map.of("k", "v")),
                        "*",
                        List.of()),
                rule.parameters().allowed());
        assertEquals(Map.of("bad", List.of()), rule.parameters().denied());
        assertEquals(new WrappingBounds(Duration.ofMinutes(1), Duration.ofHours(1)), rule.wrapping());
    }

    @Test
    void the_json_form_means_the_same() {
        String hcl = """
                path "a" { capabilities = ["read"] allowed_parameters = { "p" = [1, "x"] } }
                path "b" { policy = "write" max_wrapping_ttl = "90s" }
                """;
        String object = """
                {"path": {"a": {"capabilities": ["read"], "allowed_parameters": {"p": [1, "x"]}},
                          "b": {"policy": "write", "max_wrapping_ttl": 90}}}
                """;
        String list = """
                {"name": "n", "path": [{"a": {"capabilities": ["read"], "allowed_parameters": {"p": [1, "x"]}}},
                          {"b": {"policy": "write", "max_wrapping_ttl": "90"}}]}
                """;
        assertEquals(List.of(1, 2), lines(parse(hcl)));
        assertEquals(List.of(0, 0), lines(parse(object)));
        assertEquals(withoutLines(parse(hcl)), withoutLines(parse(object)));
        assertEquals(withoutLines(parse(hcl)), withoutLines(parse(list)));
    }

    @Test
    void a_dollar_or_percent_template_is_a_literal_and_never_dropped() {
        assertEquals(
                "lit/${x}/%{y}/*",
                only(parse("path \"lit/${x}/%{y}/*\" { capabilities = [\"read\"] }"))
                        .pattern());
    }

    @Test
    void escapes_and_unicode_are_exact() {
        assertEquals(
                "a\"b\\c/\u00e4\uD83D\uDE00/ü",
                only(parse("path \"a\\\"b\\\\c/\\u00e4\\U0001F600/ü\" {}")).pattern());
    }

    @ParameterizedTest
    @CsvSource({
        "deny,DENY",
        "read,READ LIST",
        "write,CREATE READ UPDATE DELETE LIST",
        "sudo,CREATE READ UPDATE DELETE LIST SUDO"
    })
    void the_old_shorthand_expands(String level, String capabilities) {
        int wanted = bits(
                Arrays.stream(capabilities.split(" ")).map(Capability::valueOf).toArray(Capability[]::new));
        assertEquals(
                wanted, only(parse("path \"x\" { policy = \"" + level + "\" }")).bits());
    }

    @Test
    void deny_swallows_what_stands_beside_it() {
        PathRule rule =
                only(parse("path \"x\" { capabilities = [\"read\", \"deny\"] allowed_parameters = { \"a\" = [] } }"));
        assertEquals(Capability.DENY.bit(), rule.bits());
        assertEquals(ParameterRules.NONE, rule.parameters());
    }

    @Test
    void a_leading_slash_is_dropped_and_an_empty_block_grants_nothing() {
        PathRule rule = only(parse("path \"/x/+/y\" {}"));
        assertEquals("x/+/y", rule.pattern());
        assertEquals(0, rule.bits());
        assertTrue(rule.wildcard());
    }

    @Test
    void warns_of_what_was_hardly_meant() {
        assertTrue(parse("path \"a/*/b\" {}").warnings().getFirst().contains("very end"));
        assertTrue(parse("path \"v1/a\" {}").warnings().getFirst().contains("without 'v1/'"));
        assertTrue(parse("path \"a//b\" {}").warnings().getFirst().contains("matches nothing"));
        assertTrue(parse("path \"a/{{identity.entity.nam}}\" {}")
                .warnings()
                .getFirst()
                .contains("{{identity.entity.nam}}"));
        assertTrue(parse("path \"a/{{identity.entity.name}}*\" {}")
                .warnings()
                .getFirst()
                .contains("begin alike"));
        Policy templated = parse("path \"a/{{ identity.entity.id }}/*\" { capabilities = [\"read\"] }");
        assertEquals(List.of(), templated.warnings());
        assertTrue(only(templated).templated());
        assertTrue(parse("path \"a/b*\" {}").warnings().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            path "a" { capabilites = ["read"] }          | line 1, column 12: | did you mean 'capabilities'?
            path "a" { capabilities = ["raed"] }         | line 1, column 28: | did you mean 'read'?
            pth "a" { }                                  | line 1, column 1:  | did you mean 'path'?
            path "a" { capabilities = ["read"]           | line 1, column 35: | the end of the policy
            path "a { capabilities = ["read"] }          | line 1, column 28: | expected '{'
            path "a" { capabilities = "read" }           | line 1, column 12: | is a list
            path "a" { capabilities = [read] }           | line 1, column 28: | quotes
            path a { }                                   | line 1, column 6:  | expected
            path "a" "b" { }                             | line 1, column 10: | expected '{'
            path "a" = { }                               | line 1, column 10: | expected '{'
            path "a" { } }                               | line 1, column 14: | expected a name
            path "a" { policy = "admin" }                | line 1, column 12: | invalid policy
            path "a" { policy = "read" policy = "deny" } | line 1, column 28: | set twice
            path "a/+*" { }                              | line 1, column 1:  | forbidden
            path "a/{{x" { }                             | line 1, column 1:  | never closed
            path "a\\q" { }                              | line 1, column 8:  | escape
            path "a\\ud800" { }                          | line 1, column 8:  | not a character
            path "a\\u0000" { }                          | line 1, column 1:  | no request can have
            path "a" { capabilities = <<E                | line 1, column 27: | heredocs
            path "a" { max_wrapping_ttl = "soon" }       | line 1, column 12: | duration
            path "a" { max_wrapping_ttl = 1 min_wrapping_ttl = 2 } | line 1, column 12: | less than
            path "a" { max_wrapping_ttl = 0x10 }         | line 1, column 31: | decimal
            path "a" { allowed_parameters = ["x"] }      | line 1, column 12: | object of lists
            path "a" { allowed_parameters = { "x" = "y" } } | line 1, column 35: | is a list
            path "a" { control_group = { } }             | line 1, column 12: | unknown key
            path "a" { } /* open                         | line 1, column 14: | never closed
            path "a/${"b"}" { }                          | line 1, column 9:  | ambiguous
            path "a" { capabilities = [,] }              | line 1, column 28: | expected a value
            path "a" { , }                               | line 1, column 12: | expected a name
            path "a" { comment = 3 }                     | line 1, column 22: | is a string
            path = "a"                                   | line 1, column 8:  | block
            name "x" { }                                 | line 1, column 1:  | no label
            """)
    void refuses_with_the_place_and_the_reason(String text, String place, String reason) {
        String detail = refusal(text.strip().replace("\\\\", "\\"));
        assertTrue(detail.startsWith("failed to parse policy: " + place), detail);
        assertTrue(detail.contains(reason.strip()), detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}",
                "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}} x",
                "{\"path\": {\"a\": {}, \"a\": {}}}",
                "{\"path\": {\"a\": null}}",
                "{\"path\": {\"a\": {\"capabilities\": [null]}}}",
                "{\"paths\": {}}",
                "{\"path\": \"a\"}",
                "{\"path\": {\"a\": {\"capabilities\": {\"read\": true}}}}"
            })
    void refuses_wrong_json(String text) {
        assertTrue(refusal(text).startsWith("failed to parse"));
    }

    @Test
    void bounds_size_depth_and_number() {
        assertTrue(refusal("path \"a\" { allowed_parameters = { \"x\" = " + "[".repeat(100_000))
                .contains("nested deeper"));
        assertTrue(refusal("{\"path\":" + "[".repeat(50) + "]".repeat(50) + "}").contains("nested deeper"));
        assertTrue(refusal("path \"a\" {}\n".repeat(PolicyParser.MAX_RULES + 1)).contains("more than"));
        assertTrue(refusal("path \"" + "a".repeat(5000) + "\" {}").contains("longer than"));
        FaultException huge = assertThrows(FaultException.class, () -> parse("#".repeat(PolicyParser.MAX_LENGTH + 1)));
        assertInstanceOf(Fault.TooLarge.class, huge.fault());
    }

    @Test
    void counts_lines_over_crlf_and_comments() {
        assertTrue(refusal("# a\r\n/* b\r\n */ path \"x\" {\r\n  bad = 1 }").contains("line 4, column 3"));
    }

    private static Policy parse(String text) {
        return PolicyParser.parse("p", text);
    }

    private static String refusal(String text) {
        FaultException refused = assertThrows(FaultException.class, () -> parse(text));
        return assertInstanceOf(Fault.BadRequest.class, refused.fault())
                .details()
                .getFirst();
    }

    private static List<Integer> lines(Policy policy) {
        return policy.rules().stream().map(rule -> rule.written().line()).toList();
    }

    private static List<PathRule> withoutLines(Policy policy) {
        return policy.rules().stream()
                .map(rule -> new PathRule(rule.pattern(), rule.bits(), rule.parameters(), rule.wrapping(), null))
                .toList();
    }

    private static PathRule only(Policy policy) {
        assertEquals(1, policy.rules().size());
        return policy.rules().getFirst();
    }

    private static int bits(Capability... capabilities) {
        return Arrays.stream(capabilities).mapToInt(Capability::bit).sum();
    }
}
