package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyApiTest {
    private static final String TEXT = "path \"kv/*\" { capabilities = [\"read\", \"list\"] }";

    private final TokenHouse house = new TokenHouse();

    @Test
    void both_trees_show_the_same_policies_each_with_its_own_keys() {
        house.write(house.root, "sys/policies/acl/App", Map.of("policy", TEXT));
        house.write(house.root, "sys/policy/old", Map.of("rules", TEXT));
        assertEquals(Map.of("name", "app", "policy", TEXT), read("sys/policies/acl/app"));
        assertEquals(Map.of("name", "old", "policy", TEXT), read("sys/policies/acl/old"));
        assertEquals(Map.of("name", "app", "rules", TEXT), read("sys/policy/APP"));
        List<String> names = List.of("app", "default", "old", "root");
        assertEquals(
                Map.of("keys", names),
                house.data(house.ask(house.root, Operation.LIST, "sys/policies/acl/", Map.of())));
        assertEquals(Map.of("keys", names, "policies", names), read("sys/policy"));
        assertInstanceOf(
                Response.Content.DoublePlaced.class,
                house.ask(house.root, Operation.READ, "sys/policy", Map.of()).content());
        house.ask(house.root, Operation.DELETE, "sys/policies/acl/app", Map.of());
        refused(Fault.NotFound.class, () -> read("sys/policies/acl/app"));
        refused(Fault.NotFound.class, () -> read("sys/policy/app"));
    }

    @Test
    void takes_base64_and_warns() {
        String encoded = Base64.getEncoder().encodeToString(TEXT.getBytes(StandardCharsets.UTF_8));
        house.write(house.root, "sys/policy/b", Map.of("policy", encoded));
        assertEquals(TEXT, read("sys/policy/b").get("rules"));
        Response warned = house.write(house.root, "sys/policies/acl/w", Map.of("policy", "path \"a/*/b\" {}"));
        assertEquals(1, warned.warnings().size());
    }

    @Test
    void refuses_what_cannot_be_and_changes_nothing() {
        refused(Fault.BadRequest.class, () -> house.write(house.root, "sys/policies/acl/x", Map.of("policy", "path")));
        refused(Fault.BadRequest.class, () -> house.write(house.root, "sys/policies/acl/x", Map.of()));
        refused(Fault.BadRequest.class, () -> house.write(house.root, "sys/policy/root", Map.of("policy", TEXT)));
        refused(Fault.BadRequest.class, () -> house.ask(house.root, Operation.DELETE, "sys/policy/default", Map.of()));
        refused(Fault.NotFound.class, () -> read("sys/policies/acl/x"));
        String nobody = house.make(house.root, Map.of("policies", "default"));
        refused(
                Fault.PermissionDenied.class,
                () -> house.write(nobody, "sys/policies/acl/default", Map.of("policy", TEXT)));
    }

    @Test
    void capabilities_are_told_of_a_token_an_accessor_and_oneself() {
        house.write(house.root, "sys/policies/acl/app", Map.of("policy", TEXT));
        String token = house.make(house.root, Map.of("policies", "app"));
        Map<String, Object> self =
                house.data(house.write(token, "sys/capabilities-self", Map.of("paths", List.of("kv/a", "/x"))));
        assertEquals(Map.of("kv/a", List.of("list", "read"), "/x", List.of("deny")), self);
        Map<String, Object> one =
                house.data(house.write(house.root, "sys/capabilities", Map.of("token", token, "path", "kv/a")));
        assertEquals(Map.of("kv/a", List.of("list", "read"), "capabilities", List.of("list", "read")), one);
        String accessor = house.tokens
                .find(io.casemate.kernel.SecretBytes.ofText(token))
                .orElseThrow()
                .accessor();
        assertEquals(
                one,
                house.data(house.write(
                        house.root, "sys/capabilities-accessor", Map.of("accessor", accessor, "paths", "kv/a"))));
        assertEquals(
                List.of("root"),
                house.data(house.write(house.root, "sys/capabilities-self", Map.of("path", "a")))
                        .get("a"));
        refused(Fault.BadRequest.class, () -> house.write(house.root, "sys/capabilities-self", Map.of()));
        refused(
                Fault.BadRequest.class,
                () -> house.write(house.root, "sys/capabilities", Map.of("token", "none", "path", "a")));
    }

    @Test
    void a_new_policy_holds_for_living_tokens_at_once() {
        String token = house.make(house.root, Map.of("policies", "later"));
        refused(Fault.PermissionDenied.class, () -> house.ask(token, Operation.READ, "sys/policy", Map.of()));
        house.write(
                house.root, "sys/policies/acl/later", Map.of("policy", "path \"sys/policy\" { policy = \"read\" }"));
        assertTrue(house.data(house.ask(token, Operation.READ, "sys/policy", Map.of()))
                .containsKey("keys"));
    }

    private Map<String, Object> read(String path) {
        return house.data(house.ask(house.root, Operation.READ, path, Map.of()));
    }

    private static void refused(Class<? extends Fault> fault, org.junit.jupiter.api.function.Executable work) {
        assertInstanceOf(fault, assertThrows(FaultException.class, work).fault());
    }
}
