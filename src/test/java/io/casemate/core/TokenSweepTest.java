package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.upkeep.TokenSweep;
import io.casemate.kernel.Operation;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a token made ends soon after it. */
class TokenSweepTest {
    private static final int SOON = 15;
    private static final String RENEW = "auth/token/renew-self";

    private final LoginHouse house = new LoginHouse();

    @Test
    void what_an_expired_token_made_ends_within_seconds() throws Exception {
        house.write(
                "sys/policies/acl/maker",
                Map.of("policy", "path \"auth/token/create\" { capabilities = [\"update\"] }"));
        Map<String, Object> wish = Map.of("policies", "maker", "ttl", "1m");
        made(house.root, wish);
        house.pass(Duration.ofMinutes(1));
        String parent = made(house.root, wish);
        String child = made(parent, Map.of("policies", "maker", "ttl", "1h"));
        Semaphore ended = new Semaphore(0);
        house.tokens().onEnded(_ -> ended.release());
        TokenSweep sweep = new TokenSweep(house.tokens());
        sweep.start();
        try {
            assertTrue(ended.tryAcquire(SOON, TimeUnit.SECONDS), "the first sweep, at the start, ends what is over");
            assertTrue(house.works(child));
            house.pass(Duration.ofMinutes(1));
            assertTrue(ended.tryAcquire(2, SOON, TimeUnit.SECONDS), "the next one, the parent and its child");
            assertFalse(house.works(child));
        } finally {
            sweep.stop();
        }
    }

    /** The use is spent at the gate, the answer read after the audit devices took the entry. */
    @Test
    void a_sweep_while_the_last_use_is_audited_takes_nothing_from_it() {
        house.device.meanwhile(() -> house.tokens().sweep(100));
        Map<String, Object> secret = Map.of("password", "hunter2");
        String own = wrapped(secret);
        assertEquals(
                secret,
                LoginHouse.plain(house.ask(own, Operation.UPDATE, "sys/wrapping/unwrap", Map.of()))
                        .get("data"));
        String older = wrapped(secret);
        Map<String, Object> read = LoginHouse.data(house.ask(older, Operation.READ, "cubbyhole/response", Map.of()));
        assertTrue(((String) read.get("response")).contains("hunter2"));
        String once = made(house.root, Map.of("policies", "default", "num_uses", 1L, "ttl", "1m"));
        assertTrue(house.works(once), "it looks itself up");
        for (String used : List.of(own, older, once)) {
            assertFalse(house.works(used));
            assertEquals("403", LoginHouse.refusal(() -> house.ask(used, Operation.UPDATE, RENEW, Map.of())));
        }
        assertEquals(1, house.tokens().count(), "the root token's alone");
    }

    @Test
    void a_last_use_that_is_refused_ends_the_token_too() {
        String once = made(house.root, Map.of("policies", "default", "num_uses", 1L, "ttl", "1m"));
        assertEquals("403", LoginHouse.refusal(() -> house.ask(once, Operation.READ, "sys/mounts", Map.of())));
        assertEquals(1, house.tokens().count(), "the root token's alone");
    }

    @Test
    void a_last_use_prolongs_nothing() {
        String once = made(house.root, Map.of("policies", "default", "num_uses", 1L, "ttl", "1m"));
        assertEquals("403", LoginHouse.refusal(() -> house.ask(once, Operation.UPDATE, RENEW, Map.of())));
        assertFalse(house.works(once));
    }

    private String wrapped(Map<String, Object> secret) {
        SecretBytes token = house.ask(
                        house.root, Operation.UPDATE, "sys/wrapping/wrap", secret, Optional.of(Duration.ofMinutes(5)))
                .wrap()
                .orElseThrow()
                .token();
        return new String(token.expose(), StandardCharsets.UTF_8);
    }

    private String made(String by, Map<String, Object> wish) {
        return LoginHouse.text(house.ask(by, Operation.UPDATE, "auth/token/create", wish)
                .auth()
                .orElseThrow());
    }
}
