package io.casemate.sys;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.LoginHouse;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a token is told of its own policies, over the whole road. */
class ExplainApiTest {
    private final LoginHouse house = new LoginHouse();
    private String token;

    @BeforeEach
    void prepare() {
        house.write("sys/mounts/kv", Map.of("type", "kv", "options", Map.of("version", "2")));
        house.write("sys/policies/acl/app", Map.of("policy", """
                path "kv/data/app" { capabilities = ["read"] }
                path "kv/old" { capabilities = ["read"] }
                path "kv/+/deep/*" { capabilities = ["list"] min_wrapping_ttl = 5 required_parameters = ["x"] }
                path "auth/token/revoke-orphan" { capabilities = ["update"] }
                """));
        Response made = house.write("auth/token/create", Map.of("policies", "app,gone"));
        token = LoginHouse.text(made.auth().orElseThrow());
    }

    @Test
    void what_allows_and_what_refuses_is_told_with_its_place() {
        Map<String, Object> told = explain(Map.of("paths", "kv/data/app", "operation", "read,update"));
        Map<?, ?> read = result(told, 0);
        assertEquals(true, read.get("allowed"));
        assertTrue(read.get("rule").toString().contains("policy=app, line=1, path=kv/data/app"), read.toString());
        Map<?, ?> update = result(told, 1);
        assertEquals(false, update.get("allowed"));
        assertEquals("the rule does not have the capability \"update\"", update.get("reason"));
        assertEquals(List.of("app", "default", "gone"), told.get("token_policies"));
        assertEquals(List.of("gone"), told.get("missing_policies"));
    }

    @Test
    void a_path_that_needs_sudo_says_so_and_a_public_one_that_it_needs_nothing() {
        Map<String, Object> told = explain(
                Map.of("paths", List.of("auth/token/revoke-orphan", "sys/internal/ui/mounts"), "operation", "update"));
        assertTrue(result(told, 0).get("reason").toString().contains("\"sudo\""));
        assertEquals("this path needs no token", result(told, 1).get("reason"));
    }

    @Test
    void whoever_forgets_the_folders_of_kv_is_told() {
        Map<String, Object> told = explain(Map.of("paths", List.of("kv/app", "kv/data/old", "kv/data/none")));
        assertTrue(result(told, 0).get("hints").toString().contains("kv/data/app"));
        assertTrue(result(told, 1).get("hints").toString().contains("rules have to name kv/data/"));
        assertEquals(List.of(), result(told, 2).get("hints"));
        assertNull(result(told, 2).get("rule"));
    }

    @Test
    void nothing_is_told_of_mounts_that_the_token_cannot_reach() {
        house.write("sys/mounts/hidden", Map.of("type", "kv", "options", Map.of("version", "2")));
        Map<String, Object> told = explain(Map.of("paths", List.of("hidden/app", "nowhere/app")));
        Map<String, Object> one = new java.util.HashMap<>(cast(result(told, 0)));
        Map<String, Object> other = new java.util.HashMap<>(cast(result(told, 1)));
        one.remove("path");
        other.remove("path");
        assertEquals(other, one);
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertTrue(refusal(() -> explain(Map.of())).startsWith("400"));
        assertTrue(
                refusal(() -> explain(Map.of("paths", "a", "operation", "fly"))).contains("fly"));
        assertTrue(refusal(() -> explain(Map.of("paths", "a/../b"))).startsWith("400"));
        assertTrue(refusal(() -> explain(Map.of("paths", "x,".repeat(101)))).startsWith("400"));
        assertEquals(
                "403", refusal(() -> house.ask("", Operation.UPDATE, "sys/policies/explain", Map.of("path", "a"))));
    }

    @Test
    void the_resultant_acl_shows_all_rules_and_root() {
        Map<String, Object> all = data(house.ask(token, Operation.READ, "sys/internal/ui/resultant-acl", Map.of()));
        assertEquals(false, all.get("root"));
        Map<?, ?> exact = (Map<?, ?>) all.get("exact_paths");
        assertEquals(Map.of("capabilities", List.of("read")), exact.get("kv/data/app"));
        assertTrue(((Map<?, ?>) all.get("glob_paths")).containsKey("cubbyhole/"));
        assertEquals(
                Map.of("capabilities", List.of("list"), "min_wrapping_ttl", 5L, "required_parameters", List.of("x")),
                ((Map<?, ?>) all.get("segment_wildcard_paths")).get("kv/+/deep/*"));
        assertFalse(exact.containsKey("identity/entity/id/{{identity.entity.id}}"));
        assertEquals(Map.of("root", true), house.read("sys/internal/ui/resultant-acl"));
    }

    @Test
    void there_are_no_namespaces_and_strangers_are_not_told_so() {
        assertEquals(
                Map.of("keys", List.of()),
                data(house.ask(token, Operation.READ, "sys/internal/ui/namespaces", Map.of())));
        assertEquals("403", refusal(() -> house.ask("", Operation.READ, "sys/internal/ui/namespaces", Map.of())));
    }

    @Test
    void password_policies_are_kept_and_give_passwords() {
        String text = "length = 8 rule \"charset\" { charset = \"abc\" }";
        house.write("sys/policies/password/short", Map.of("policy", text));
        assertEquals(Map.of("policy", text), house.read("sys/policies/password/short"));
        String password =
                (String) house.read("sys/policies/password/short/generate").get("password");
        assertTrue(password.matches("[abc]{8}"));
        assertFalse(String.join("", house.device.lines()).contains(password), "the audit log has it hashed");
        assertEquals(
                List.of("short"),
                data(house.ask(house.root, Operation.LIST, "sys/policies/password/", Map.of()))
                        .get("keys"));
        assertEquals("400 missing policy", refusal(() -> house.write("sys/policies/password/x", Map.of())));
        house.ask(house.root, Operation.DELETE, "sys/policies/password/short", Map.of());
        assertEquals("404", refusal(() -> house.read("sys/policies/password/short")));
        assertEquals("404", refusal(() -> house.read("sys/policies/password/short/generate")));
    }

    private Map<String, Object> explain(Map<String, Object> asked) {
        return data(house.ask(token, Operation.UPDATE, "sys/policies/explain", asked));
    }

    private static Map<?, ?> result(Map<String, Object> told, int index) {
        return (Map<?, ?>) ((List<?>) told.get("results")).get(index);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
