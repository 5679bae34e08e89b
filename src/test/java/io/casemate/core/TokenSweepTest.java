package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.upkeep.TokenSweep;
import io.casemate.kernel.Operation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a token made ends soon after it. */
class TokenSweepTest {
    private static final int SOON = 15;

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

    private String made(String by, Map<String, Object> wish) {
        return LoginHouse.text(house.ask(by, Operation.UPDATE, "auth/token/create", wish)
                .auth()
                .orElseThrow());
    }
}
