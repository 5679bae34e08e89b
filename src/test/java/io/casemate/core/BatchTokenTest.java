package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static io.casemate.core.LoginHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that are not stored, over the whole road. */
class BatchTokenTest {
    private final LoginHouse house = new LoginHouse();

    @Test
    void it_is_all_in_itself() {
        int stored = house.storage.list("token/", "", 1000).size();
        Auth auth = batch(house.root, Map.of("policies", "p", "ttl", "1h", "meta", Map.of("k", "v")));
        assertTrue(text(auth).startsWith("hvb."));
        assertEquals("batch", auth.tokenType());
        assertEquals("", auth.accessor());
        assertFalse(auth.renewable());
        assertEquals(stored + 1, house.storage.list("token/", "", 1000).size(), "the key that it is sealed by");
        Map<String, Object> self = self(text(auth));
        assertEquals("batch", self.get("type"));
        assertEquals(List.of("default", "p"), self.get("policies"));
        assertEquals(Map.of("k", "v"), self.get("meta"));
        assertEquals(3600L, self.get("ttl"));
        assertEquals(false, self.get("renewable"));
        assertEquals(false, self.get("orphan"));
        assertEquals(self, data(house.write("auth/token/lookup", Map.of("token", text(auth)))));
        assertNotEquals(text(auth), text(batch(house.root, Map.of("policies", "p"))));
    }

    @Test
    void it_holds_across_restarts_until_its_time_is_over() {
        Auth auth = batch(house.root, Map.of("policies", "p", "ttl", "1h"));
        house.restart();
        house.pass(Duration.ofMinutes(59));
        assertTrue(house.works(text(auth)));
        house.pass(Duration.ofMinutes(1));
        assertFalse(house.works(text(auth)));
    }

    @Test
    void any_other_bit_and_any_other_server_make_it_nothing() {
        String token = text(batch(house.root, Map.of("policies", "p")));
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            int at = "hvb.".length() + random.nextInt(token.length() - 5);
            char other = "ABCDEFGHabcdefgh0123-_".charAt(random.nextInt(22));
            String changed = token.substring(0, at) + other + token.substring(at + 1);
            assertEquals(other == token.charAt(at), house.works(changed), changed);
        }
        for (String bad : List.of("hvb.", "hvb.AA", "hvb.====", "hvb." + "A".repeat(100), token + "A", token + ".x")) {
            assertFalse(house.works(bad), bad);
        }
        assertFalse(house.works("hvb." + "A".repeat(20_000)));
        LoginHouse elsewhere = new LoginHouse();
        batch(elsewhere, elsewhere.root, Map.of("policies", "p"));
        assertFalse(elsewhere.works(token));
    }

    @Test
    void it_cannot_be_renewed_revoked_or_make_others() {
        house.write(
                "sys/policies/acl/all",
                Map.of("policy", "path \"*\" { capabilities = [\"create\", \"update\", \"sudo\"] }"));
        String token = text(batch(house.root, Map.of("policies", "all")));
        assertEquals(
                "400 batch tokens cannot be renewed", refusal(() -> ask(token, "auth/token/renew-self", Map.of())));
        assertEquals(
                "400 batch tokens cannot be revoked", refusal(() -> ask(token, "auth/token/revoke-self", Map.of())));
        assertEquals(
                "400 batch tokens cannot be renewed",
                refusal(() -> house.write("auth/token/renew", Map.of("token", token))));
        for (String way : List.of("revoke", "revoke-orphan")) {
            assertEquals(
                    "400 batch tokens cannot be revoked",
                    refusal(() -> house.write("auth/token/" + way, Map.of("token", token))));
        }
        assertEquals(
                "400 batch tokens cannot create more tokens", refusal(() -> ask(token, "auth/token/create", Map.of())));
        assertEquals(
                "400 cubbyhole operations are only supported by service tokens",
                refusal(() -> ask(token, "cubbyhole/x", Map.of("a", "b"))));
    }

    @Test
    void it_ends_with_the_token_that_made_it_unless_it_is_an_orphan() {
        house.write(
                "sys/policies/acl/maker",
                Map.of("policy", "path \"auth/token/create\" { capabilities = [\"update\", \"sudo\"] }"));
        Response parent = house.write("auth/token/create", Map.of("policies", "maker"));
        String maker = text(parent.auth().orElseThrow());
        String child = text(batch(maker, Map.of("policies", "p")));
        String orphan = text(batch(maker, Map.of("policies", "p", "no_parent", true)));
        assertTrue(house.works(child) && house.works(orphan));
        house.write("auth/token/revoke", Map.of("token", maker));
        assertFalse(house.works(child));
        assertTrue(house.works(orphan));
    }

    @ParameterizedTest
    @CsvSource({"num_uses,5", "period,1h", "explicit_max_ttl,1h", "id,chosen"})
    void what_it_cannot_have_is_refused(String field, String value) {
        assertEquals(
                "400 batch tokens cannot have \"" + field + "\" set",
                refusal(() -> batch(house.root, Map.of("policies", "p", field, value))));
    }

    @Test
    void it_is_never_root_and_never_longer_than_a_header() {
        assertEquals("400 batch tokens cannot be root tokens", refusal(() -> batch(house.root, Map.of())));
        Map<String, String> notes = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            notes.put("k" + i, "v".repeat(500));
        }
        Map<String, Object> much = Map.of("policies", "p", "meta", notes);
        assertTrue(refusal(() -> batch(house.root, much)).contains("shorten its metadata"));
    }

    @Test
    void it_is_bound_to_addresses_like_others() {
        house.write("auth/token/roles/near", Map.of("token_bound_cidrs", "10.0.0.0/8", "token_type", "default-batch"));
        Auth auth = house.write("auth/token/create/near", Map.of("policies", "p"))
                .auth()
                .orElseThrow();
        assertEquals("batch", auth.tokenType());
        assertFalse(house.works(text(auth)));
        house.address = "10.1.1.1";
        assertTrue(house.works(text(auth)));
    }

    @Test
    void a_role_says_what_its_tokens_are() {
        assertEquals(
                "400 'token_type' cannot be 'batch' when role is set to generate non-orphan tokens",
                refusal(() -> house.write("auth/token/roles/r", Map.of("token_type", "batch"))));
        assertEquals(
                "400 'token_type' cannot be 'batch' when role is set to generate renewable tokens",
                refusal(() -> house.write("auth/token/roles/r", Map.of("token_type", "batch", "orphan", true))));
        house.write("auth/token/roles/r", Map.of("token_type", "batch", "orphan", true, "renewable", false));
        assertEquals("batch", house.read("auth/token/roles/r").get("token_type"));
        Map<String, Object> wish = Map.of("policies", "p", "type", "service");
        Auth auth = house.write("auth/token/create/r", wish).auth().orElseThrow();
        assertEquals("batch", auth.tokenType());
        assertTrue(auth.orphan());
        house.write("auth/token/roles/s", Map.of("token_type", "service"));
        wish = Map.of("policies", "p", "type", "batch");
        assertEquals(
                "service",
                house.write("auth/token/create/s", wish).auth().orElseThrow().tokenType());
        assertTrue(refusal(() -> house.write("auth/token/roles/r", Map.of("token_type", "odd")))
                .contains("'token_type'"));
    }

    @ParameterizedTest
    @CsvSource({
        "default-service,default,service",
        "default-service,batch,batch",
        "default-batch,default,batch",
        "default-batch,service,service",
        "service,batch,service",
        "batch,service,batch"
    })
    void the_mount_and_the_role_settle_what_a_login_gives(String mount, String role, String given) {
        house.write("sys/auth/approle", Map.of("type", "approle", "config", Map.of("token_type", mount)));
        assertEquals(given, login(role).tokenType());
    }

    @Test
    void it_ends_with_the_mount_that_gave_it() {
        house.write("sys/auth/approle", Map.of("type", "approle"));
        String token = text(login("batch"));
        assertTrue(house.works(token));
        house.ask(house.root, Operation.DELETE, "sys/auth/approle", Map.of());
        assertFalse(house.works(token));
        house.restart();
        assertFalse(house.works(token));
    }

    @Test
    void a_login_that_gives_them_is_never_counted_or_periodic() {
        house.write("sys/auth/approle", Map.of("type", "approle"));
        assertTrue(
                refusal(() -> house.write("auth/approle/role/r", Map.of("token_type", "batch", "token_num_uses", 1L)))
                        .contains("limited use count"));
        assertTrue(
                refusal(() -> house.write("auth/approle/role/r", Map.of("token_type", "batch", "token_period", "1h")))
                        .contains("periodic tokens"));
        house.write("sys/auth/approle/tune", Map.of("token_type", "batch"));
        house.write("auth/approle/role/r", Map.of("token_period", "1h"));
        assertTrue(refusal(() -> enter("r")).startsWith("400 batch tokens cannot have \"period\" set"));
    }

    private Auth login(String type) {
        house.write("auth/approle/role/r", Map.of("token_type", type, "token_policies", "p"));
        return enter("r");
    }

    private Auth enter(String role) {
        String path = "auth/approle/role/" + role;
        return house.login(
                "auth/approle/login",
                Map.of(
                        "role_id",
                        house.read(path + "/role-id").get("role_id"),
                        "secret_id",
                        data(house.write(path + "/secret-id", Map.of())).get("secret_id")));
    }

    private Response ask(String token, String path, Map<String, Object> data) {
        return house.ask(token, Operation.UPDATE, path, data);
    }

    private Map<String, Object> self(String token) {
        return data(house.ask(token, Operation.READ, "auth/token/lookup-self", Map.of()));
    }

    private Auth batch(String token, Map<String, Object> wish) {
        return batch(house, token, wish);
    }

    private static Auth batch(LoginHouse where, String token, Map<String, Object> wish) {
        Map<String, Object> data = new HashMap<>(wish);
        data.put("type", "batch");
        return where.ask(token, Operation.UPDATE, "auth/token/create", data)
                .auth()
                .orElseThrow();
    }
}
