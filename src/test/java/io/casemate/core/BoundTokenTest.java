package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that is bound to addresses is nothing elsewhere, also where none is needed. */
class BoundTokenTest {
    private final LoginHouse house = new LoginHouse();

    @Test
    void it_shows_no_mounts_to_other_addresses() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        house.write("sys/policies/acl/p", Map.of("policy", "path \"kv/*\" { capabilities = [\"read\"] }"));
        house.write("auth/token/roles/near", Map.of("token_bound_cidrs", "10.0.0.0/8", "allowed_policies", "p"));
        String token = LoginHouse.text(
                house.write("auth/token/create/near", Map.of()).auth().orElseThrow());
        house.address = "10.1.1.1";
        assertEquals("kv/", show(token, "/kv/x").get("path"));
        assertTrue(mounts(token).containsKey("kv/"));
        house.address = "192.0.2.1";
        assertEquals("403", refusal(() -> show(token, "/kv/x")));
        assertFalse(mounts(token).containsKey("kv/"));
        assertEquals("403", refusal(() -> house.ask(token, Operation.READ, "sys/internal/ui/namespaces", Map.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "batch"})
    void what_it_makes_is_bound_to_the_same_addresses(String type) {
        house.write(
                "sys/policies/acl/maker",
                Map.of("policy", "path \"auth/token/create*\" { capabilities = [\"update\", \"sudo\"] }"));
        house.write("auth/token/roles/near", Map.of("token_bound_cidrs", "10.0.0.0/8", "allowed_policies", "maker"));
        house.write("auth/token/roles/far", Map.of("token_bound_cidrs", "192.0.2.0/24", "allowed_policies", "maker"));
        String token = made(house.root, "create/near", Map.of());
        house.address = "10.1.1.1";
        String child = made(token, "create", Map.of());
        String grandchild = made(child, "create", Map.of("type", type));
        String orphan = made(child, "create", Map.of("type", type, "no_parent", true));
        String farther = made(child, "create/far", Map.of("type", type));
        for (String bound : List.of(token, child, grandchild)) {
            assertEquals(List.of("10.0.0.0/8"), self(bound).get("bound_cidrs"));
        }
        assertFalse(self(orphan).containsKey("bound_cidrs"));
        assertFalse(house.works(farther));
        house.address = "192.0.2.1";
        for (String bound : List.of(token, child, grandchild)) {
            assertFalse(house.works(bound));
        }
        assertTrue(house.works(orphan));
        assertEquals(List.of("192.0.2.0/24"), self(farther).get("bound_cidrs"), "with a role, the role's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "batch"})
    void it_may_be_bound_to_where_its_login_came_from(String type) {
        house.write("sys/auth/userpass", Map.of("type", "userpass"));
        house.write(
                "auth/userpass/users/ann",
                Map.of("password", "s3cret", "token_strictly_bind_ip", true, "token_type", type));
        assertEquals(true, house.read("auth/userpass/users/ann").get("token_strictly_bind_ip"));
        for (String address : List.of("10.1.1.1", "2001:db8::1")) {
            house.address = address;
            String token = LoginHouse.text(house.login("auth/userpass/login/ann", Map.of("password", "s3cret")));
            assertEquals(List.of(address), self(token).get("bound_cidrs"));
            house.address = address.replaceAll("1$", "2");
            assertFalse(house.works(token));
        }
    }

    @Test
    void one_of_a_secret_id_keeps_to_both() {
        String role = "auth/approle/role/web";
        house.write("sys/auth/approle", Map.of("type", "approle"));
        house.write(role, Map.of("token_strictly_bind_ip", true));
        Map<String, Object> wish = Map.of("token_bound_cidrs", "10.0.0.0/8");
        Object secret = data(house.write(role + "/secret-id", wish)).get("secret_id");
        Map<String, Object> proof =
                Map.of("role_id", house.read(role + "/role-id").get("role_id"), "secret_id", secret);
        assertEquals("403", refusal(() -> house.login("auth/approle/login", proof)));
        house.address = "10.1.1.1";
        String token = LoginHouse.text(house.login("auth/approle/login", proof));
        assertEquals(List.of("10.1.1.1"), self(token).get("bound_cidrs"));
    }

    @Test
    void one_address_and_several_contradict_each_other() {
        house.write("sys/auth/approle", Map.of("type", "approle"));
        Map<String, Object> both = Map.of("token_strictly_bind_ip", true, "token_bound_cidrs", "10.0.0.0/8");
        String refused = "400 'token_strictly_bind_ip' conflicts with 'token_bound_cidrs'; set only one";
        assertEquals(refused, refusal(() -> house.write("auth/approle/role/web", both)));
        house.write("auth/approle/role/web", Map.of("token_strictly_bind_ip", true));
        Map<String, Object> later = Map.of("token_bound_cidrs", "10.0.0.0/8");
        assertEquals(refused, refusal(() -> house.write("auth/approle/role/web/token-bound-cidrs", later)));
    }

    private String made(String by, String path, Map<String, Object> wish) {
        return LoginHouse.text(house.ask(by, Operation.UPDATE, "auth/token/" + path, wish)
                .auth()
                .orElseThrow());
    }

    private Map<String, Object> self(String token) {
        return data(house.ask(token, Operation.READ, "auth/token/lookup-self", Map.of()));
    }

    private Map<?, ?> mounts(String token) {
        return (Map<?, ?>) show(token, "").get("secret");
    }

    private Map<String, Object> show(String token, String path) {
        return data(house.ask(token, Operation.READ, "sys/internal/ui/mounts" + path, Map.of()));
    }
}
