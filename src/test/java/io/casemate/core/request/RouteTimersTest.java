package io.casemate.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.metrics.Meters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTimersTest {
    private final Meters meters = new Meters();
    private final RouteTimers routes = new RouteTimers(meters);

    private String text() {
        return new String(meters.text(), StandardCharsets.UTF_8);
    }

    @Test
    void names_are_those_that_dashboards_know() {
        routes.of(Operation.CREATE, "kv/").since(System.nanoTime());
        routes.of(Operation.UPDATE, "auth/userpass/").since(System.nanoTime());
        routes.of(Operation.UPDATE, "auth/userpass/").since(System.nanoTime());
        String text = text();
        assertTrue(text.contains("vault_route_create_kv__count 1"), text);
        assertTrue(text.contains("vault_route_update_auth_userpass__count 2"), text);
        assertTrue(text.contains("vault_route_create_kv_{quantile=\"0.99\"}"), text);
        assertTrue(meters.json(Instant.EPOCH).toString().contains("vault.route.create.kv-"));
        assertFalse(text.contains("vault_route_read"), "nothing is shown that nobody asked");
    }

    /** Each name would otherwise be registered twice, and the whole page be refused. */
    @Test
    void mounts_that_a_name_cannot_tell_apart_share_a_timer() {
        List<String> alike = List.of("a/b/", "a-b/", "a_b/", "a.b/", "a\u00e4b/");
        for (String mount : alike) {
            assertSame(routes.of(Operation.READ, alike.getFirst()), routes.of(Operation.READ, mount));
        }
        assertNotSame(routes.of(Operation.READ, "a/b/"), routes.of(Operation.LIST, "a/b/"));
        assertNotSame(routes.of(Operation.READ, "total/"), routes.of(Operation.READ, "others/"));
        assertTrue(text().contains("vault_route_read_a_b__count"));
    }

    @Test
    void their_number_is_bounded() {
        for (int i = 0; i < RouteTimers.MOST + 100; i++) {
            routes.of(Operation.READ, "mount" + i + "/").since(System.nanoTime());
        }
        assertEquals(
                RouteTimers.MOST + 1,
                text().lines().filter(line -> line.contains("_count ")).count());
        assertTrue(text().contains("vault_route_read_others_count 100"), "the rest is counted together");
        assertNotSame(routes.of(Operation.READ, "mount1/"), routes.of(Operation.READ, "mount2/"));
    }
}
