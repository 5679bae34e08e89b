package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Leases and quotas of a whole server on a real store: certificates, logins, mounts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaseApiTest {
    private WiredServer server;
    private String root;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        server = new WiredServer(home);
        root = server.root();
        post("sys/auth/userpass", Map.of("type", "userpass"));
        post("auth/userpass/users/ann", Map.of("password", "correct horse", "token_ttl", "1h"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aCertificateIsRevokedWithItsLease() {
        authority("one");
        Response issued = post("one/issue/leased", Map.of("common_name", "a.example.com"));
        Lease.Given lease = assertInstanceOf(Lease.Given.class, issued.lease());
        assertTrue(lease.id().startsWith("one/issue/leased/"), lease.id());
        Map<String, Object> shown = data(post("sys/leases/lookup", Map.of("lease_id", lease.id())));
        assertEquals(lease.id(), shown.get("id"));
        assertEquals(false, shown.get("renewable"));
        assertTrue((Long) shown.get("ttl") > 86_000, shown::toString);
        String last = lease.id().substring("one/issue/leased/".length());
        assertEquals(List.of(last), keys("sys/leases/lookup/one/issue/leased/"));
        assertEquals(List.of("issue/"), keys("sys/leases/lookup/one"));
        assertTrue(keys("sys/leases/lookup").contains("one/"));
        assertBad("lease is not renewable", "sys/leases/renew", Map.of("lease_id", lease.id()));
        assertBad("lease is not renewable", "sys/renew/" + lease.id(), Map.of());
        post("sys/leases/revoke", Map.of("lease_id", lease.id(), "sync", true));
        assertBad("invalid lease", "sys/leases/lookup", Map.of("lease_id", lease.id()));
        assertBad("lease not found", "sys/leases/renew", Map.of("lease_id", lease.id()));
        Object serial = data(issued).get("serial_number");
        assertTrue((Long) read("one/cert/" + serial).get("revocation_time") > 0);
    }

    @Test
    void aLeaseEndsWithItsTokenAndWithItsMount() throws InterruptedException {
        authority("two");
        String token = WiredServer.token(post("auth/token/create", Map.of("policies", "root", "ttl", "1h")));
        Response issued = call(token, Operation.UPDATE, "two/issue/leased", Map.of("common_name", "b.example.com"));
        post("two/issue/leased", Map.of("common_name", "c.example.com"));
        post("auth/token/revoke", Map.of("token", token));
        Object serial = data(issued).get("serial_number");
        Await.until(() -> (Long) read("two/cert/" + serial).get("revocation_time") > 0);
        Await.until(() -> keys("sys/leases/lookup/two/issue/leased").size() == 1);
        call(root, Operation.DELETE, "sys/mounts/two", Map.of());
        assertInstanceOf(
                Fault.NotFound.class,
                assertThrows(FaultException.class, () -> keys("sys/leases/lookup/two/"))
                        .fault());
    }

    @Test
    void loginsAreLeasesToo() {
        String token = WiredServer.token(
                call("", Operation.UPDATE, "auth/userpass/login/ann", Map.of("password", "correct horse")));
        List<String> names = keys("sys/leases/lookup/auth/userpass/login/ann");
        assertEquals(1, names.size());
        String id = "auth/userpass/login/ann/" + names.getFirst();
        Map<String, Object> shown = data(post("sys/leases/lookup", Map.of("lease_id", id)));
        assertEquals(true, shown.get("renewable"));
        assertTrue((Long) shown.get("ttl") > 3500, shown::toString);
        assertBad("tokens cannot be renewed through this endpoint", "sys/leases/renew", Map.of("lease_id", id));
        post("sys/leases/revoke-prefix/auth/userpass/", Map.of());
        assertInstanceOf(
                Fault.PermissionDenied.class,
                assertThrows(
                                FaultException.class,
                                () -> call(token, Operation.READ, "auth/token/lookup-self", Map.of()))
                        .fault());
        assertBad("invalid lease", "sys/leases/lookup", Map.of("lease_id", id));
    }

    @Test
    void whoMayNotListEverythingDoesNot() {
        post(
                "sys/policies/acl/lists",
                Map.of(
                        "policy",
                        "path \"sys/leases/lookup\" { capabilities = [\"list\", \"update\"] }"
                                + " path \"sys/leases/lookup/*\" { capabilities = [\"list\"] }"));
        String token = WiredServer.token(post("auth/token/create", Map.of("policies", "lists", "ttl", "1h")));
        for (String path : List.of("sys/leases/lookup", "sys/leases/lookup/", "sys/leases/lookup/auth")) {
            assertInstanceOf(
                    Fault.PermissionDenied.class,
                    assertThrows(FaultException.class, () -> call(token, Operation.LIST, path, Map.of()), path)
                            .fault());
        }
    }

    @Test
    void whatIsMissingOrNotThereIsSaid() {
        assertBad("lease_id must be specified", "sys/leases/lookup", Map.of());
        assertBad("lease_id must be specified", "sys/leases/renew", Map.of());
        assertBad("lease_id must be specified", "sys/revoke", Map.of());
        assertBad("invalid lease", "sys/leases/lookup", Map.of("lease_id", "no/such/lease"));
        assertEquals(
                202,
                post("sys/leases/revoke", Map.of("lease_id", "no/such/lease")).status());
        assertEquals(202, post("sys/leases/tidy", Map.of()).status());
        assertEquals(Map.of("lease_count", 0L, "counts", Map.of()), read("sys/leases/count", "type", "irrevocable"));
        assertEquals(Map.of("lease_count", 0L, "leases", List.of()), read("sys/leases", "type", "irrevocable"));
        assertThrows(FaultException.class, () -> read("sys/leases"));
        assertThrows(FaultException.class, () -> read("sys/leases/count", "type", "any"));
    }

    @Test
    void quotasAreSetShownAndInForce() {
        post(
                "sys/quotas/config",
                Map.of("enable_rate_limit_response_headers", true, "rate_limit_exempt_paths", "sys/*"));
        post(
                "sys/quotas/rate-limit/ann",
                Map.of(
                        "path",
                        "auth/userpass",
                        "role",
                        "Ann",
                        "rate",
                        "0.4",
                        "interval",
                        "1h",
                        "block_interval",
                        "2h"));
        assertEquals(
                Map.of(
                        "type",
                        "rate-limit",
                        "name",
                        "ann",
                        "path",
                        "auth/userpass/",
                        "role",
                        "Ann",
                        "rate",
                        new java.math.BigDecimal("0.4"),
                        "interval",
                        3600L,
                        "block_interval",
                        7200L,
                        "inheritable",
                        false),
                read("sys/quotas/rate-limit/ann"));
        assertEquals(List.of("ann"), keys("sys/quotas/rate-limit"));
        post("sys/quotas/rate-limit/ann", Map.of("path", "auth/userpass", "role", "bob", "rate", 1L, "interval", "1h"));
        Map<String, Object> password = Map.of("password", "correct horse");
        assertThrows(FaultException.class, () -> call("", Operation.UPDATE, "auth/userpass/login/bob", password));
        Fault.QuotaExceeded fault = assertInstanceOf(
                Fault.QuotaExceeded.class,
                assertThrows(
                                FaultException.class,
                                () -> call("", Operation.UPDATE, "auth/userpass/login/Bob", password))
                        .fault());
        assertTrue(fault.headers().containsKey("X-Ratelimit-Reset"), fault::toString);
        assertFalse(call("", Operation.UPDATE, "auth/userpass/login/ann", password)
                .headers()
                .containsKey("X-Ratelimit-Limit"));
        post("sys/quotas/lease-count/logins", Map.of("path", "auth/userpass/login/ann", "max_leases", 2L));
        call("", Operation.UPDATE, "auth/userpass/login/ann", password);
        assertInstanceOf(
                Fault.QuotaExceeded.class,
                assertThrows(
                                FaultException.class,
                                () -> call("", Operation.UPDATE, "auth/userpass/login/ann", password))
                        .fault());
        assertEquals(2L, read("sys/quotas/lease-count/logins").get("counter"));
        assertBad(
                "similar properties",
                "sys/quotas/rate-limit/x",
                Map.of("path", "auth/userpass/", "role", "bob", "rate", 9L));
        assertBad("invalid mount path", "sys/quotas/rate-limit/x", Map.of("path", "nowhere", "rate", 9L));
        assertBad("'rate' is invalid", "sys/quotas/rate-limit/x", Map.of("rate", "-1"));
        assertBad("'rate' is invalid", "sys/quotas/rate-limit/x", Map.of("rate", "1e999999999"));
        assertBad("'max_leases' is invalid", "sys/quotas/lease-count/x", Map.of());
        assertBad("role-based quotas", "sys/quotas/rate-limit/x", Map.of("path", "cubbyhole", "role", "r", "rate", 1L));
        assertBad(
                "path suffix and a role",
                "sys/quotas/rate-limit/x",
                Map.of("path", "auth/userpass/x", "role", "r", "rate", 1L));
        call(root, Operation.DELETE, "sys/quotas/rate-limit/ann", Map.of());
        call(root, Operation.DELETE, "sys/quotas/lease-count/logins", Map.of());
        assertThrows(FaultException.class, () -> read("sys/quotas/rate-limit/ann"));
    }

    @Test
    void noSpellingOfARoleEvadesItsQuota() {
        post("sys/auth/cert", Map.of("type", "cert"));
        post("sys/quotas/rate-limit/web", Map.of("path", "auth/cert", "role", "Web", "rate", 1L, "interval", "1h"));
        assertInstanceOf(Fault.BadRequest.class, refusedLogin(Map.of("name", "web")));
        for (String name : List.of("web", "WEB", "wEb")) {
            assertInstanceOf(Fault.QuotaExceeded.class, refusedLogin(Map.of("name", name)), name);
        }
        assertInstanceOf(Fault.BadRequest.class, refusedLogin(Map.of("name", "other")));
        call(root, Operation.DELETE, "sys/auth/cert", Map.of());
    }

    private Fault refusedLogin(Map<String, Object> data) {
        return assertThrows(FaultException.class, () -> call("", Operation.UPDATE, "auth/cert/login", data))
                .fault();
    }

    @Test
    void theTokenStoresOwnTuningIsInForce() {
        post("sys/auth/token/tune", Map.of("default_lease_ttl", "1h", "max_lease_ttl", "2h"));
        assertEquals(3600L, ttl(Map.of("policies", "default")));
        assertEquals(7200L, ttl(Map.of("policies", "default", "ttl", "9h")));
        post("sys/auth/token/tune", Map.of("default_lease_ttl", "system", "max_lease_ttl", "system"));
        assertEquals(32 * 86_400L, ttl(Map.of("policies", "default")));
    }

    private long ttl(Map<String, Object> wishes) {
        return post("auth/token/create", wishes)
                .auth()
                .orElseThrow()
                .leaseDuration()
                .toSeconds();
    }

    @Test
    void tokensAreCountedWhenAskedAndRequestsAreNot() {
        assertTrue(read("sys/internal/counters/tokens").toString().contains("service_tokens"));
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(
                                FaultException.class,
                                () -> call(root, Operation.READ, "sys/internal/counters/requests", Map.of()))
                        .fault());
    }

    @Test
    void whatASingleServerWithoutPluginsHasNothingToDoForIsAnsweredAllTheSame() {
        assertTrue(post("sys/step-down", Map.of()).silent());
        assertEquals(
                Map.of("feature_flags", List.of()),
                ((Response.Content.Plain) call("", Operation.READ, "sys/internal/ui/feature-flags", Map.of())
                                .content())
                        .members());
        for (String kind : List.of("", "dr/", "performance/")) {
            Response status = call("", Operation.READ, "sys/replication/" + kind + "status", Map.of());
            assertEquals("disabled", data(status).get("mode"));
        }
        assertEquals(Map.of("mode", "disabled"), read("sys/replication/status").get("dr"));
        assertEquals(
                1,
                post("sys/plugins/reload/backend", Map.of("plugin", "kv"))
                        .warnings()
                        .size());
        assertBad("nothing of the type", "sys/plugins/reload/backend", Map.of("plugin", "nosuch"));
        assertBad("expected one of", "sys/plugins/reload/backend", Map.of());
    }

    @Test
    void aKeyValueMountIsTunedToVersions() {
        post("sys/mounts/plain", Map.of("type", "kv"));
        post("plain/a", Map.of("v", "1"));
        post("sys/mounts/plain/tune", Map.of("options", Map.of("version", "2")));
        Await.until(() -> {
            try {
                return read("plain/data/a").get("data").equals(Map.of("v", "1"));
            } catch (FaultException e) {
                assertInstanceOf(Fault.Unavailable.class, e.fault());
                return false;
            }
        });
        assertBad("cannot go back", "sys/mounts/plain/tune", Map.of("options", Map.of("version", "1")));
    }

    private void authority(String mount) {
        post("sys/mounts/" + mount, Map.of("type", "pki"));
        post(mount + "/root/generate/internal", Map.of("common_name", "Root", "key_type", "ec", "ttl", "700h"));
        post(
                mount + "/roles/leased",
                Map.of("allow_any_name", true, "key_type", "ec", "ttl", "24h", "generate_lease", true));
    }

    private void assertBad(String why, String path, Map<String, Object> data) {
        FaultException e = assertThrows(FaultException.class, () -> post(path, data), path);
        Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, e.fault(), path);
        assertTrue(fault.details().getFirst().contains(why), fault::toString);
    }

    private static Map<String, Object> data(Response response) {
        return assertInstanceOf(Response.Content.Data.class, response.content()).data();
    }

    @SuppressWarnings("unchecked")
    private List<String> keys(String path) {
        return (List<String>) data(call(root, Operation.LIST, path, Map.of())).get("keys");
    }

    private Map<String, Object> read(String path) {
        return data(call(root, Operation.READ, path, Map.of()));
    }

    private Map<String, Object> read(String path, String name, String value) {
        return data(call(root, Operation.READ, path, Map.of(name, value)));
    }

    private Response post(String path, Map<String, Object> data) {
        return server.post(path, data);
    }

    private Response call(String token, Operation operation, String path, Map<String, Object> data) {
        return server.call(token, operation, path, data);
    }
}
