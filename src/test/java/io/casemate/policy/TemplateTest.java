package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Identity;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Rights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that name who asks. */
class TemplateTest {
    private static final String OWN = "path \"kv/{{identity.entity.name}}/*\" { capabilities = [\"read\"] }";

    private final PolicyStore store = new PolicyStore(new MemoryView());

    @Test
    void a_path_with_a_template_is_each_ones_own() {
        store.write("own", OWN);
        assertTrue(reads(who("ann"), "kv/ann/x"));
        assertFalse(reads(who("ann"), "kv/bob/x"));
        assertFalse(reads(who("ann"), "kv/{{identity.entity.name}}/x"));
        assertFalse(reads(Identity.NONE, "kv/ann/x"));
        assertTrue(reads(who("ann+mail@x.test"), "kv/ann+mail@x.test/x"));
        assertTrue(reads(who("ann,bob"), "kv/ann,bob/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "*", "ann*", "a/b", "/", "+ann", "", "ann/+"})
    void a_name_that_would_widen_the_rule_fits_nowhere(String name) {
        store.write("own", OWN);
        for (String path : List.of("kv/ann/x", "kv/x", "kv/a/b/x", "kv/" + name.replace("/", "") + "x/y")) {
            assertFalse(reads(who(name), path), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "a/b", "*", "ann*", "+ann", "{{x}}"})
    void no_name_undoes_a_denial(String name) {
        store.write("own", """
            path "kv/*" { capabilities = ["read"] }
            path "kv/{{identity.entity.name}}/*" { capabilities = ["deny"]
              denied_parameters = { "user" = ["{{identity.entity.metadata.none}}"] } }
            """);
        assertFalse(reads(who(name), "kv/" + name + "/x"));
        assertTrue(reads(who(""), "kv/ann/x"), "without a value nobody knows what it would deny");
    }

    @Test
    void a_rule_is_replaced_for_the_same_pattern_and_ranks_among_the_others() {
        store.write("own", """
            path "kv/{{identity.entity.name}}" { capabilities = ["update"] }
            path "kv/{{identity.entity.name}}/*" { capabilities = ["deny"] }
            path "kv/*" { capabilities = ["read", "list"] }
            path "kv/ann" { capabilities = ["read"] }
            """);
        assertEquals(List.of("read", "update"), capabilities(who("ann"), "kv/ann"));
        assertEquals(List.of("read"), capabilities(who("bob"), "kv/ann"));
        assertEquals(List.of("deny"), capabilities(who("bob"), "kv/bob/x"));
        assertEquals(List.of("list", "read"), capabilities(who("bob"), "kv/ann/x"));
        assertTrue(store.reaches(new Rights(Set.of("own"), who("ann")), "kv/"));
    }

    @Test
    void values_of_parameters_are_filled_and_a_missing_one_voids_the_stanza() {
        store.write("own", """
            path "a" { capabilities = ["update"]
              allowed_parameters = { "user" = ["{{identity.entity.name}}", "{{.Other}}"] "n" = [] } }
            path "b" { capabilities = ["update"] denied_parameters = { "user" = ["{{identity.entity.metadata.none}}"] } }
            """);
        assertTrue(sends(who("ann"), "a", Map.of("user", "ann", "n", 1L)));
        assertTrue(sends(who("ann"), "a", Map.of("user", "{{.Other}}")));
        assertFalse(sends(who("ann"), "a", Map.of("user", "bob")));
        assertFalse(sends(who("*"), "a", Map.of("user", "bob")), "a star is no glob here");
        assertFalse(sends(who("ann,bob"), "a", Map.of("user", "ann,bob")), "a comma makes two of one");
        assertFalse(sends(who("ann,bob"), "a", Map.of("user", List.of("ann", "bob"))));
        assertFalse(sends(who(""), "a", Map.of("n", 1L)));
        assertFalse(sends(who("ann"), "b", Map.of()), "what it would deny is not known");
    }

    @Test
    void a_name_in_a_list_of_policies_has_no_case() {
        store.write(
                "own",
                "path \"a\" { capabilities = [\"update\"]"
                        + " denied_parameters = { \"policies\" = [\"Team-{{identity.entity.name}}\", \"Admin\"] } }");
        assertFalse(sends(who("Ann"), "a", Map.of("policies", "team-ann")));
        assertFalse(sends(who("Ann"), "a", Map.of("policies", "x,ADMIN")));
        assertTrue(sends(who("Ann"), "a", Map.of("policies", "team-bob")));
    }

    @Test
    void whoever_stands_behind_the_token_brings_policies_along() {
        store.write("team", "path \"t\" { capabilities = [\"read\"] }");
        Caller caller = Asking.holding("own").as(new Somebody("ann", Set.of("team")));
        assertTrue(store.judge(caller, Asking.to(Operation.READ, "t"), false).allowed());
        store.delete("team");
        assertFalse(store.judge(caller, Asking.to(Operation.READ, "t"), false).allowed());
    }

    @Test
    void a_changed_policy_holds_at_once_for_those_who_asked_before() {
        store.write("own", OWN);
        Identity ann = who("ann");
        assertTrue(reads(ann, "kv/ann/x"));
        store.write("own", OWN.replace("read", "deny"));
        assertFalse(reads(ann, "kv/ann/x"));
    }

    private boolean reads(Identity who, String path) {
        return store.judge(Asking.holding("own").as(who), Asking.to(Operation.READ, path), false)
                .allowed();
    }

    private boolean sends(Identity who, String path, Map<String, Object> data) {
        return store.judge(Asking.holding("own").as(who), Asking.to(Operation.UPDATE, path, data), false)
                .allowed();
    }

    private List<String> capabilities(Identity who, String path) {
        return store.capabilities(new Rights(Set.of("own"), who), path);
    }

    private static Identity who(String name) {
        return new Somebody(name, Set.of());
    }

    private record Somebody(String name, Set<String> policies) implements Identity {
        @Override
        public String entityId() {
            return "e";
        }

        @Override
        public Optional<String> value(String selector) {
            return selector.equals("identity.entity.name") && !name.isEmpty() ? Optional.of(name) : Optional.empty();
        }
    }
}
