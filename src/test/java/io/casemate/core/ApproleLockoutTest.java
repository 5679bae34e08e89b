package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What role ids may be, and what becomes of guesses at them, over the whole road. */
class ApproleLockoutTest {
    private static final String ROLE = "auth/approle/role/web";

    private final LoginHouse house = new LoginHouse();

    @BeforeEach
    void enable() {
        house.write("sys/auth/approle", Map.of("type", "approle"));
        house.write(ROLE, Map.of("token_policies", "web"));
    }

    @Test
    void a_guess_that_was_under_way_when_the_role_id_was_locked_out_opens_nothing() {
        Map<String, Object> secretId = data(house.write(ROLE + "/secret-id", Map.of("num_uses", 1L)));
        AtomicBoolean once = new AtomicBoolean(true);
        house.storage.beforeRead(key -> {
            if (key.contains("/secret/") && once.getAndSet(false)) {
                guess();
            }
        });
        assertEquals("403", refusal(() -> login(secretId.get("secret_id"))));
        assertFalse(once.get());
        house.pass(java.time.Duration.ofMinutes(15));
        login(secretId.get("secret_id"));
    }

    @Test
    void a_long_role_id_is_locked_out_too() {
        house.write(ROLE + "/role-id", Map.of("role_id", "r".repeat(1000)));
        Map<String, Object> secretId = data(house.write(ROLE + "/secret-id", Map.of()));
        login(secretId.get("secret_id"));
        guess();
        assertEquals("403", refusal(() -> login(secretId.get("secret_id"))));
    }

    @Test
    void a_role_id_that_nobody_could_log_in_with_is_not_taken() {
        for (String id : List.of(" web", "web ", "w\u0000b", "x".repeat(1025))) {
            String told = refusal(() -> house.write(ROLE + "/role-id", Map.of("role_id", id)));
            assertTrue(told.startsWith("400 invalid role_id"), told);
        }
        house.write(ROLE + "/role-id", Map.of("role_id", "x".repeat(1024)));
        login(data(house.write(ROLE + "/secret-id", Map.of())).get("secret_id"));
    }

    private void guess() {
        for (int i = 0; i < 5; i++) {
            refusal(() -> login("wrong"));
        }
    }

    private void login(Object secretId) {
        Object roleId = house.read(ROLE + "/role-id").get("role_id");
        house.login("auth/approle/login", Map.of("role_id", roleId, "secret_id", secretId));
    }
}
