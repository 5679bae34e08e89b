package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Rights;
import io.casemate.policy.Explanation.Stanza;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private final PolicyStore store = new PolicyStore(new MemoryView());

    @Test
    void names_the_stanzas_that_allow_and_those_that_were_outranked() {
        store.write("a", "\n\npath \"kv/+/x\" { capabilities = [\"read\"] }\npath \"*\" { capabilities = [\"sudo\"] }");
        store.write(
                "b", "path \"kv/+/x\" { capabilities = [\"list\"] }\npath \"kv/one/*\" { capabilities = [\"deny\"] }");
        Explanation why = explain(Asking.to(Operation.READ, "kv/two/x"), false);
        assertTrue(why.allowed());
        assertEquals("kv/+/x", why.rule().orElseThrow().pattern());
        assertEquals(List.of("list", "read"), why.rule().orElseThrow().capabilities());
        assertEquals(
                List.of(new Stanza("a", 3, "kv/+/x", List.of("read")), new Stanza("b", 1, "kv/+/x", List.of("list"))),
                why.rule().orElseThrow().stanzas());
        assertEquals(
                List.of("*"),
                why.outranked().stream().map(Explanation.Rule::pattern).toList());
        why = explain(Asking.to(Operation.READ, "kv/one/x"), false);
        assertEquals("the rule denies", why.reason());
        assertEquals(
                List.of("kv/+/x", "*"),
                why.outranked().stream().map(Explanation.Rule::pattern).toList());
    }

    @Test
    void says_what_is_missing() {
        store.write("a", """
                path "a" { capabilities = ["update"] required_parameters = ["why"] denied_parameters = { "n" = [1] "m" = [] }
                           allowed_parameters = { "why" = ["x"] "n" = [] "m" = [] } }
                path "w" { capabilities = ["read"] min_wrapping_ttl = "10s" max_wrapping_ttl = "1m" }
                path "t/{{identity.entity.name}}" { capabilities = ["read"] }
                """);
        assertEquals(
                "no rule matches this path",
                explain(Asking.to(Operation.READ, "b"), false).reason());
        assertReason("capability \"read\"", Asking.to(Operation.READ, "a"));
        assertTrue(explain(Asking.to(Operation.UPDATE, "a", Map.of("why", "x")), true)
                .reason()
                .contains("\"sudo\""));
        assertReason("'why' is required", Asking.to(Operation.UPDATE, "a"));
        assertReason("'why' is not allowed to have this value", Asking.to(Operation.UPDATE, "a", Map.of("why", "y")));
        assertReason("'z' is not among the allowed", Asking.to(Operation.UPDATE, "a", Map.of("why", "x", "z", 1L)));
        assertReason("'n' is denied with this value", Asking.to(Operation.UPDATE, "a", Map.of("why", "x", "n", 1L)));
        assertReason("'m' is denied", Asking.to(Operation.UPDATE, "a", Map.of("why", "x", "m", 1L)));
        assertReason("has to be wrapped, for at least 10s, for at most 1m0s", Asking.to(Operation.READ, "w"));
        assertReason("has to be wrapped", Asking.wrapped(Asking.to(Operation.READ, "w"), Duration.ofHours(1)));
        Explanation why = explain(Asking.to(Operation.READ, "t/ann"), false);
        assertEquals(
                "there is no identity.entity.name", why.unfilled().getFirst().why());
        assertEquals(3 + 1, why.unfilled().getFirst().stanza().line());
        assertEquals(
                List.of(), explain(Asking.to(Operation.READ, "u/ann"), false).unfilled());
    }

    @Test
    void templates_without_a_value_are_told_where_they_might_match() {
        store.write("a", """
                path "kv/{{identity.entity.name}}-{{identity.entity.id}}x/+/z" { capabilities = ["read"] }
                path "pre/{{identity.entity.name}}b*" { capabilities = ["read"] }
                """);
        for (String path : List.of("kv/a-bx/y/z", "kv/--x/y/z", "kv/-x/+/z", "pre/ab", "pre/abc/d", "pre/b")) {
            assertEquals(
                    1,
                    explain(Asking.to(Operation.READ, path), false).unfilled().size(),
                    path);
        }
        for (String path : List.of("kv/a-b/y/z", "kv/a/bx/y/z", "kv/a-bx/y", "kv/a-bx/y/z/z", "pre/a/b", "pre", "p")) {
            assertEquals(
                    List.of(), explain(Asking.to(Operation.READ, path), false).unfilled(), path);
        }
    }

    @Test
    void many_templates_in_a_segment_cost_no_time() {
        String five = String.join("-", Collections.nCopies(5, "{{identity.entity.name}}"));
        store.write("a", "path \"kv/" + five + "/*\" { capabilities = [\"read\"] }");
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> explain(Asking.to(Operation.READ, "kv/" + "-".repeat(4000)), false));
    }

    @Test
    void root_needs_no_rule() {
        Explanation why = store.explain(Rights.of(Set.of("root")), Asking.to(Operation.DELETE, "x"), true);
        assertTrue(why.allowed());
        assertTrue(why.rule().isEmpty());
    }

    private void assertReason(String part, Request request) {
        Explanation why = explain(request, false);
        assertFalse(why.allowed());
        assertTrue(why.reason().contains(part), why.reason());
    }

    private Explanation explain(Request request, boolean sudo) {
        return store.explain(Rights.of(Set.of("a", "b", "none")), request, sudo);
    }
}
