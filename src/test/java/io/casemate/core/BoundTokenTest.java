package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

    private Map<?, ?> mounts(String token) {
        return (Map<?, ?>) show(token, "").get("secret");
    }

    private Map<String, Object> show(String token, String path) {
        return data(house.ask(token, Operation.READ, "sys/internal/ui/mounts" + path, Map.of()));
    }
}
