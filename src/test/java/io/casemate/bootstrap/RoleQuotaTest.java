package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How many tokens the logins of one role may have: on a whole server, on a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoleQuotaTest {
    private static final String QUOTA = "sys/quotas/lease-count/";

    private WiredServer server;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        server = new WiredServer(home);
        server.post("sys/auth/approle", Map.of("type", "approle"));
        server.post("sys/auth/other", Map.of("type", "approle"));
        for (String role : List.of("web", "batch", "late", "many", "free")) {
            role("approle", role);
        }
        role("other", "web");
    }

    private void role(String mount, String role) {
        String path = "auth/" + mount + "/role/" + role;
        server.post(path, Map.of("bind_secret_id", false, "token_ttl", "1h", "secret_id_bound_cidrs", "0.0.0.0/0"));
        server.post(path + "/role-id", Map.of("role_id", mount + "-" + role));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aRoleHasItsOwnLimitAndOthersHaveNot() {
        quota("web", "Web", 2);
        assertEquals("Web", read(QUOTA + "web").get("role"));
        login("approle", "web");
        String second = login("approle", "web");
        assertFull("web");
        login("other", "web");
        login("approle", "free");
        assertEquals(2L, read(QUOTA + "web").get("counter"));
        server.post("auth/token/revoke", Map.of("token", second));
        Await.until(() -> {
            try {
                return !login("approle", "web").isEmpty();
            } catch (FaultException full) {
                assertInstanceOf(Fault.QuotaExceeded.class, full.fault());
                return false;
            }
        });
        assertFull("web");
        delete("web");
        login("approle", "web");
    }

    @Test
    void tokensThatWereThereBeforeTheQuotaCount() {
        login("approle", "late");
        login("approle", "late");
        quota("late", "late", 3);
        assertEquals(2L, read(QUOTA + "late").get("counter"));
        login("approle", "late");
        assertFull("late");
        delete("late");
    }

    @Test
    void neverOneMoreThanAllowedWhoeverRaces() throws Exception {
        quota("many", "many", 10);
        AtomicInteger refused = new AtomicInteger();
        ConcurrentLinkedQueue<String> made = new ConcurrentLinkedQueue<>();
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService all = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 40; i++) {
                clients.add(all.submit(() -> {
                    try {
                        made.add(login("approle", "many"));
                    } catch (FaultException full) {
                        assertInstanceOf(Fault.QuotaExceeded.class, full.fault());
                        refused.incrementAndGet();
                    }
                }));
            }
        }
        for (Future<?> each : clients) {
            each.get();
        }
        assertEquals(10, made.size());
        assertEquals(30, refused.get());
        assertEquals(10L, read(QUOTA + "many").get("counter"));
        delete("many");
    }

    @Test
    void aRoleNeedsAnAuthMethodThatHasRoles() {
        assertBad("needs the path", Map.of("role", "r", "max_leases", 1L));
        assertBad("role-based quotas", Map.of("path", "auth/token", "role", "r", "max_leases", 1L));
        assertBad("path suffix and a role", Map.of("path", "auth/approle/login", "role", "r", "max_leases", 1L));
        quota("web", "free", 1);
        FaultException e = assertThrows(
                FaultException.class,
                () -> server.post(QUOTA + "twice", Map.of("path", "auth/approle", "role", "FREE", "max_leases", 1L)));
        assertTrue(e.getMessage().contains("similar properties"), e::getMessage);
        delete("web");
    }

    private void quota(String name, String role, long most) {
        server.post(QUOTA + name, Map.of("path", "auth/approle", "role", role, "max_leases", most));
    }

    private void delete(String name) {
        server.call(server.root(), Operation.DELETE, QUOTA + name, Map.of());
    }

    private String login(String mount, String role) {
        return WiredServer.token(
                server.call("", Operation.UPDATE, "auth/" + mount + "/login", Map.of("role_id", mount + "-" + role)));
    }

    private void assertFull(String role) {
        FaultException e = assertThrows(FaultException.class, () -> login("approle", role));
        assertInstanceOf(Fault.QuotaExceeded.class, e.fault());
    }

    private void assertBad(String why, Map<String, Object> data) {
        FaultException e = assertThrows(FaultException.class, () -> server.post(QUOTA + "bad", data));
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }

    private Map<String, Object> read(String path) {
        Response response = server.call(server.root(), Operation.READ, path, Map.of());
        return assertInstanceOf(Response.Content.Data.class, response.content()).data();
    }
}
