package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenRoleApiTest {
    private static final String MAKER = "path \"auth/token/create/*\" { capabilities = [\"update\"] }";
    private static final String ROLE = "auth/token/roles/ci";
    private static final String CREATE = "auth/token/create/ci";

    private final TokenHouse house = new TokenHouse();
    private String maker;

    @BeforeEach
    void someone_may_use_roles() {
        house.policies.write("maker", MAKER);
        maker = house.make(house.root, Map.of("policies", "maker"));
        Map<String, Object> role = Map.of(
                "allowed_policies", "a,b",
                "allowed_policies_glob", "team-*",
                "disallowed_policies", "team-x",
                "orphan", true,
                "token_period", "1h",
                "path_suffix", "x",
                "renewable", "true");
        house.write(house.root, ROLE, role);
    }

    @Test
    void a_role_is_kept_and_changed_in_part() {
        house.write(house.root, ROLE, Map.of("token_num_uses", 0L, "explicit_max_ttl", 7200L));
        Map<String, Object> role = house.data(house.ask(house.root, Operation.READ, ROLE, Map.of()));
        assertEquals(List.of("a", "b"), role.get("allowed_policies"));
        assertEquals(3600L, role.get("token_period"));
        assertEquals(7200L, role.get("token_explicit_max_ttl"));
        Response list = house.ask(house.root, Operation.LIST, "auth/token/roles", Map.of());
        assertEquals(Map.of("keys", List.of("ci")), house.data(list));
    }

    @Test
    void a_role_shapes_what_it_makes() {
        Response made = house.write(maker, CREATE, Map.of("policies", "b, team-1"));
        Response.Auth auth = made.auth().orElseThrow();
        assertEquals(List.of("b", "default", "team-1"), auth.policies());
        assertTrue(auth.orphan());
        assertEquals(Duration.ofHours(1), auth.leaseDuration());
        assertEquals(2, made.warnings().size(), "two policies do not exist");
        Map<String, Object> shown =
                house.data(house.ask(TokenHouse.token(made), Operation.READ, "auth/token/lookup-self", Map.of()));
        assertEquals("auth/token/create/ci/x", shown.get("path"));
        assertEquals("ci", shown.get("role"));
        assertEquals(3600L, shown.get("period"));
        Response usual = house.write(maker, CREATE, Map.of());
        assertEquals(List.of("a", "b", "default"), usual.auth().orElseThrow().policies());
    }

    @Test
    void a_role_gives_no_policy_that_it_does_not_allow() {
        for (String wrong : List.of("c", "team-x", "root", "a,c")) {
            refused(() -> house.write(maker, CREATE, Map.of("policies", wrong)));
        }
        refused(() -> house.write(maker, "auth/token/create/none", Map.of()));
    }

    @Test
    void a_token_whose_role_is_gone_is_not_renewed() {
        String token = TokenHouse.token(house.write(maker, CREATE, Map.of()));
        house.write(token, "auth/token/renew-self", Map.of());
        house.ask(house.root, Operation.DELETE, ROLE, Map.of());
        refused(() -> house.write(token, "auth/token/renew-self", Map.of()));
    }

    @Test
    void a_renewal_goes_by_the_role_as_it_is_now() {
        String token = TokenHouse.token(house.write(maker, CREATE, Map.of()));
        assertEquals(Duration.ofHours(1), renewed(token));
        house.write(house.root, ROLE, Map.of("token_period", "10m"));
        assertEquals(Duration.ofMinutes(10), renewed(token));
        house.write(house.root, ROLE, Map.of("token_explicit_max_ttl", "15m"));
        house.pass(Duration.ofMinutes(9));
        assertEquals(Duration.ofMinutes(6), renewed(token), "what is left of the role's longest life");
        house.pass(Duration.ofMinutes(5));
        house.write(house.root, ROLE, Map.of("token_explicit_max_ttl", 0L, "token_period", "2h"));
        assertEquals(Duration.ofHours(2), renewed(token), "also when the role gives more");
        house.write(house.root, ROLE, Map.of("token_period", 0L));
        Response shorter = house.write(token, "auth/token/renew-self", Map.of("increment", "5m"));
        assertEquals(Duration.ofMinutes(5), shorter.auth().orElseThrow().leaseDuration(), "no longer periodic");
    }

    @Test
    void a_token_keeps_the_longest_life_that_it_was_made_with() {
        String token = TokenHouse.token(house.write(maker, CREATE, Map.of("explicit_max_ttl", "90m")));
        house.pass(Duration.ofMinutes(50));
        assertEquals(Duration.ofMinutes(40), renewed(token));
        house.write(house.root, ROLE, Map.of("token_explicit_max_ttl", "24h"));
        assertEquals(Duration.ofMinutes(40), renewed(token));
    }

    private Duration renewed(String token) {
        return house.write(token, "auth/token/renew-self", Map.of())
                .auth()
                .orElseThrow()
                .leaseDuration();
    }

    @Test
    void a_role_without_limits_lets_nobody_climb_or_cut_loose() {
        house.write(house.root, "auth/token/roles/plain", Map.of());
        refused(() -> house.write(maker, "auth/token/create/plain", Map.of("policies", "other")));
        refused(() -> house.write(maker, "auth/token/create/plain", Map.of("period", "1h")));
        Response made = house.write(maker, "auth/token/create/plain", Map.of("no_parent", true));
        assertFalse(made.auth().orElseThrow().orphan());
    }

    @Test
    void a_token_is_made_in_a_name_that_the_role_allows() {
        house.write(house.root, ROLE, Map.of("allowed_entity_aliases", "Ann,ci-*"));
        for (String alias : List.of("ann", "CI-7")) {
            Response made = house.write(maker, CREATE, Map.of("entity_alias", alias));
            assertEquals(
                    "entity-of-" + alias.toLowerCase(java.util.Locale.ROOT),
                    made.auth().orElseThrow().entityId());
        }
        refused(() -> house.write(maker, CREATE, Map.of("entity_alias", "bob")));
        refused(() -> house.write(house.root, "auth/token/create", Map.of("entity_alias", "ann")));
        Map<String, Object> role = house.data(house.ask(house.root, Operation.READ, ROLE, Map.of()));
        assertEquals(List.of("Ann", "ci-*"), role.get("allowed_entity_aliases"));
        assertEquals("default-service", role.get("token_type"));
    }

    @Test
    void a_role_s_lists_hold_however_they_are_spelt() {
        house.write(
                house.root,
                "auth/token/roles/wide",
                Map.of("disallowed_policies", List.of(" Prod-Admin"), "disallowed_policies_glob", "Ops-*"));
        for (String wrong : List.of("prod-admin", "Prod-Admin", "ops-1", "OPS-1")) {
            refused(() -> house.write(maker, "auth/token/create/wide", Map.of("policies", wrong)));
        }
        house.write(maker, "auth/token/create/wide", Map.of("policies", "other"));
    }

    /** A grant for the roles below a path is none for the path itself, which would make tokens without a role's limits. */
    @Test
    void a_slash_at_the_end_is_no_way_around_roles() {
        assertThrows(
                FaultException.class, () -> house.write(maker, "auth/token/create/", Map.of("policies", "default")));
        assertThrows(FaultException.class, () -> house.write(maker, CREATE + "/", Map.of("policies", "a")));
    }

    private static void refused(org.junit.jupiter.api.function.Executable work) {
        FaultException refusal = assertThrows(FaultException.class, work);
        assertInstanceOf(Fault.BadRequest.class, refusal.fault());
    }
}
