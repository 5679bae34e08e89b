package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TokenApiTest {
    private static final String MAKER = """
            path "auth/token/create" { capabilities = ["update"] }
            path "auth/token/create/*" { capabilities = ["update"] }
            path "auth/token/lookup*" { capabilities = ["read", "update"] }
            """;

    private final TokenHouse house = new TokenHouse();

    @Test
    void a_tokens_notes_are_bounded() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 65; i++) {
            many.put("key" + i, "value");
        }
        for (Map<String, String> wrong : List.of(many, Map.of("key", "x".repeat(513)), Map.of("k".repeat(129), "x"))) {
            FaultException refused = assertThrows(
                    FaultException.class, () -> house.write(house.root, "auth/token/create", Map.of("meta", wrong)));
            assertInstanceOf(Fault.BadRequest.class, refused.fault());
        }
    }

    @Test
    void create_answers_what_vault_answers() {
        house.policies.write("app", "path \"a\" { policy = \"read\" }");
        Response response = house.write(
                house.root,
                "auth/token/create",
                Map.of(
                        "policies",
                        List.of("App"),
                        "ttl",
                        "1h",
                        "meta",
                        Map.of("k", "v"),
                        "display_name",
                        "my app",
                        "num_uses",
                        "5"));
        Response.Auth auth = response.auth().orElseThrow();
        assertTrue(TokenHouse.token(response).matches("hvs\\.[0-9A-Za-z]{31}"));
        assertEquals(List.of("app", "default"), auth.policies());
        assertEquals("token-my-app", auth.displayName());
        assertEquals(Map.of("k", "v"), auth.metadata());
        assertEquals(Duration.ofHours(1), auth.leaseDuration());
        assertEquals("service", auth.tokenType());
        assertEquals(5, auth.numUses());
        assertTrue(auth.renewable());
        assertFalse(auth.orphan());
        assertEquals(List.of(), response.warnings());
    }

    @Test
    void lookup_shows_vaults_members() {
        String token = house.make(house.root, Map.of("policies", "default", "ttl", 3600L, "meta", "a=b"));
        house.time.updateAndGet(now -> now.plusSeconds(10));
        Map<String, Object> self = house.data(house.ask(token, Operation.READ, "auth/token/lookup-self", Map.of()));
        assertEquals(
                Set.of(
                        "accessor",
                        "creation_time",
                        "creation_ttl",
                        "display_name",
                        "entity_id",
                        "expire_time",
                        "explicit_max_ttl",
                        "id",
                        "issue_time",
                        "meta",
                        "num_uses",
                        "orphan",
                        "path",
                        "policies",
                        "renewable",
                        "ttl",
                        "type"),
                self.keySet());
        assertEquals(token, self.get("id"));
        assertEquals(3590L, self.get("ttl"));
        assertEquals("2026-11-22T01:00:00Z", self.get("expire_time"));
        assertEquals(Map.of("a", "b"), self.get("meta"));
        assertEquals("auth/token/create", self.get("path"));
        Map<String, Object> byToken = house.data(house.write(house.root, "auth/token/lookup", Map.of("token", token)));
        assertEquals(self, byToken);
        Map<String, Object> byAccessor = house.data(
                house.write(house.root, "auth/token/lookup-accessor", Map.of("accessor", self.get("accessor"))));
        assertEquals("", byAccessor.get("id"));
    }

    @Test
    void lookup_of_a_root_token_shows_no_end() {
        Map<String, Object> root =
                house.data(house.ask(house.root, Operation.READ, "auth/token/lookup-self", Map.of()));
        assertEquals(0L, root.get("ttl"));
        assertNull(root.get("expire_time"));
        assertNull(root.get("meta"));
        assertEquals(List.of("root"), root.get("policies"));
    }

    @Test
    void a_child_gets_no_more_than_its_parent() {
        house.policies.write("maker", MAKER);
        String maker = house.make(house.root, Map.of("policies", List.of("maker", "x")));
        assertEquals(List.of("default", "maker", "x"), policies(maker, Map.of()));
        assertEquals(List.of("default", "x"), policies(maker, Map.of("policies", "x")));
        assertEquals(List.of("x"), policies(maker, Map.of("policies", "x", "no_default_policy", true)));
        for (Map<String, Object> greedy : List.<Map<String, Object>>of(
                Map.of("policies", "y"),
                Map.of("policies", "root"),
                Map.of("policies", "ROOT, x"),
                Map.of("policies", "response-wrapping"),
                Map.of("no_parent", true),
                Map.of("period", "1h"),
                Map.of("id", "chosen"),
                Map.of("type", "nonsense"),
                Map.of("type", "batch", "num_uses", 1L),
                Map.of("num_uses", -1L),
                Map.of("entity_alias", "e"))) {
            refused(Fault.BadRequest.class, () -> house.make(maker, greedy));
        }
        refused(Fault.PermissionDenied.class, () -> house.write(maker, "auth/token/create-orphan", Map.of()));
        refused(Fault.PermissionDenied.class, () -> house.ask(maker, Operation.LIST, "auth/token/accessors", Map.of()));
    }

    @Test
    void sudo_gives_other_policies_orphans_and_periods_but_never_root() {
        house.policies.write(
                "boss",
                MAKER.replace(
                        "create\" { capabilities = [\"update\"", "create\" { capabilities = [\"update\", \"sudo\""));
        String boss = house.make(house.root, Map.of("policies", "boss"));
        assertEquals(List.of("default", "y"), policies(boss, Map.of("policies", "y")));
        Response orphan = house.write(boss, "auth/token/create", Map.of("no_parent", true, "period", "1h"));
        assertTrue(orphan.auth().orElseThrow().orphan());
        assertEquals(Duration.ofHours(1), orphan.auth().orElseThrow().leaseDuration());
        refused(Fault.BadRequest.class, () -> house.make(boss, Map.of("policies", "root")));
        String brief = house.make(house.root, Map.of("ttl", "1h"));
        refused(Fault.BadRequest.class, () -> house.make(brief, Map.of()));
    }

    @Test
    void a_token_with_limited_uses_makes_no_children() {
        String limited = house.make(house.root, Map.of("num_uses", 3L));
        refused(Fault.BadRequest.class, () -> house.make(limited, Map.of()));
    }

    @Test
    void renews_and_revokes_by_self_token_and_accessor() {
        String token = house.make(house.root, Map.of("policies", "default", "ttl", "1h"));
        String accessor = (String) lookup(token).get("accessor");
        Response renewed = house.write(token, "auth/token/renew-self", Map.of("increment", "2h"));
        assertEquals(Duration.ofHours(2), renewed.auth().orElseThrow().leaseDuration());
        assertEquals(token, TokenHouse.token(renewed));
        assertTrue(lookup(token).containsKey("last_renewal_time"));
        assertEquals(token, TokenHouse.token(house.write(house.root, "auth/token/renew", Map.of("token", token))));
        assertEquals(
                "",
                TokenHouse.token(house.write(house.root, "auth/token/renew-accessor", Map.of("accessor", accessor))));
        house.write(house.root, "auth/token/revoke-accessor", Map.of("accessor", accessor));
        refused(Fault.PermissionDenied.class, () -> lookup(token));
        refused(
                Fault.PermissionDenied.class,
                () -> house.write(house.root, "auth/token/lookup", Map.of("token", token)));
        refused(
                Fault.BadRequest.class,
                () -> house.write(house.root, "auth/token/lookup-accessor", Map.of("accessor", accessor)));
        String second = house.make(house.root, Map.of("policies", "default"));
        house.write(second, "auth/token/revoke-self", Map.of());
        refused(Fault.PermissionDenied.class, () -> lookup(second));
        String third = house.make(house.root, Map.of("policies", "default"));
        house.write(house.root, "auth/token/revoke", Map.of("token", third));
        house.write(house.root, "auth/token/revoke", Map.of("token", third));
        refused(Fault.PermissionDenied.class, () -> lookup(third));
    }

    @Test
    void revoke_orphan_spares_the_children() {
        String parent = house.make(house.root, Map.of());
        String child = house.make(parent, Map.of("policies", "default"));
        house.write(house.root, "auth/token/revoke-orphan", Map.of("token", parent));
        refused(Fault.PermissionDenied.class, () -> lookup(parent));
        assertEquals(true, lookup(child).get("orphan"));
    }

    @Test
    void the_last_use_may_still_look_at_itself() {
        String once = house.make(house.root, Map.of("policies", "default", "num_uses", 1L, "ttl", "1m"));
        Map<String, Object> seen = lookup(once);
        assertEquals(once, seen.get("id"));
        assertEquals(60L, seen.get("ttl"), "as long as it was given");
        refused(Fault.PermissionDenied.class, () -> lookup(once));
    }

    @Test
    void accessors_are_listed_and_tidy_is_taken_up() {
        house.make(house.root, Map.of("policies", "default", "ttl", "1s"));
        assertEquals(2, accessors());
        house.time.updateAndGet(now -> now.plusSeconds(5));
        Response tidy = house.write(house.root, "auth/token/tidy", Map.of());
        assertEquals(202, tidy.status());
        assertEquals(1, tidy.warnings().size());
        assertEquals(1, accessors());
    }

    @Test
    void accessors_are_listed_page_by_page() {
        for (int i = 0; i < 6; i++) {
            house.make(house.root, Map.of("policies", "default"));
        }
        List<?> all = listed(Map.of());
        assertEquals(7, all.size());
        assertEquals(all.subList(0, 3), listed(Map.of("limit", "3")));
        assertEquals(all.subList(3, 5), listed(Map.of("after", all.get(2), "limit", 2L)));
        assertEquals(all.subList(5, 7), listed(Map.of("after", all.get(4))));
    }

    private List<?> listed(Map<String, Object> paging) {
        return (List<?>) house.data(house.ask(house.root, Operation.LIST, "auth/token/accessors", paging))
                .get("keys");
    }

    private long accessors() {
        return listed(Map.of()).size();
    }

    private List<String> policies(String by, Map<String, Object> data) {
        return house.write(by, "auth/token/create", data).auth().orElseThrow().policies();
    }

    private Map<String, Object> lookup(String token) {
        return house.data(house.ask(token, Operation.READ, "auth/token/lookup-self", Map.of()));
    }

    private static void refused(Class<? extends Fault> fault, org.junit.jupiter.api.function.Executable work) {
        assertInstanceOf(fault, assertThrows(FaultException.class, work).fault());
    }
}
