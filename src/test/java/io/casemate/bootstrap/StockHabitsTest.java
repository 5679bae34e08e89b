package io.casemate.bootstrap;

import static io.casemate.core.LoginHouse.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stock clients send without being asked, and what they compare with what they sent: nothing is lost by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockHabitsTest {
    private WiredServer server;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        server = new WiredServer(home);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** The Go client sends both lives, empty for those that it does not change. */
    @Test
    void tuningOneThingLeavesTheLivesOfAMountAsTheyWere() {
        server.post(
                "sys/mounts/long",
                Map.of("type", "pki", "config", Map.of("default_lease_ttl", "100h", "max_lease_ttl", "87600h")));
        server.post(
                "sys/mounts/long/tune",
                Map.of("default_lease_ttl", "", "max_lease_ttl", "", "description", "authority"));
        Map<String, Object> tuned = read("sys/mounts/long/tune");
        assertEquals("authority", tuned.get("description"));
        assertEquals(360_000L, tuned.get("default_lease_ttl"));
        assertEquals(315_360_000L, tuned.get("max_lease_ttl"));
        server.post("sys/mounts/long/tune", Map.of("default_lease_ttl", "1h", "max_lease_ttl", ""));
        assertEquals(315_360_000L, read("sys/mounts/long/tune").get("max_lease_ttl"));
        server.post("sys/mounts/long/tune", Map.of("max_lease_ttl", "system"));
        assertEquals(2_764_800L, read("sys/mounts/long/tune").get("max_lease_ttl"));
    }

    @Test
    void lockoutsAreTunedInTheSameWay() {
        server.post("sys/auth/people", Map.of("type", "userpass"));
        tuneLockout(Map.of("lockout_threshold", 7L, "lockout_duration", "1h"));
        tuneLockout(Map.of("lockout_duration", "", "lockout_counter_reset_duration", "2h"));
        Map<String, Object> tuned = read("sys/auth/people/tune");
        assertEquals(3600L, tuned.get("user_lockout_duration"));
        assertEquals(7200L, tuned.get("user_lockout_counter_reset_duration"));
        tuneLockout(Map.of("lockout_duration", "system"));
        assertEquals(900L, read("sys/auth/people/tune").get("user_lockout_duration"));
    }

    /** Terraform makes a mount anew, without its data, when these are not as it sent them. */
    @ParameterizedTest
    @CsvSource({"sys/mounts, kv", "sys/auth, approle"})
    void aMountIsShownWithTheFlagsItWasEnabledWith(String table, String type) {
        server.post(
                table + "/flagged",
                Map.of("type", type, "local", true, "seal_wrap", "true", "external_entropy_access", true));
        server.post(table + "/plain", Map.of("type", type));
        server.post(table + "/flagged/tune", Map.of("description", "tuned"));
        for (String flag : List.of("local", "seal_wrap", "external_entropy_access")) {
            assertEquals(true, mount(table, "flagged/").get(flag), flag);
            assertEquals(false, mount(table, "plain/").get(flag), flag);
        }
    }

    @Test
    void strangersSeeOfAListedMountNoHandle() {
        server.post("sys/mounts/shop", Map.of("type", "kv", "config", Map.of("listing_visibility", "unauth")));
        Map<?, ?> shop =
                (Map<?, ?>) ((Map<?, ?>) data(server.call("", Operation.READ, "sys/internal/ui/mounts", Map.of()))
                                .get("secret"))
                        .get("shop/");
        assertEquals(Set.of("type", "description", "options"), shop.keySet());
        Map<?, ?> known = (Map<?, ?>) read("sys/internal/ui/mounts").get("secret");
        assertTrue(((Map<?, ?>) known.get("shop/")).containsKey("accessor"));
    }

    /** Policies of stock servers grant only that: neither engine looks whether the role is there. */
    @Test
    void rolesOfPkiAndCertAreMadeWithUpdate() {
        server.post("sys/mounts/ca", Map.of("type", "pki"));
        server.post("sys/auth/machines", Map.of("type", "cert"));
        Map<String, Map<String, Object>> roles = Map.of(
                "ca/roles/web", Map.of("allow_any_name", true),
                "auth/machines/certs/web", Map.of("certificate", "none"));
        for (String capability : List.of("create", "update")) {
            String can = " { capabilities = [\"" + capability + "\"] } ";
            String policy = "path \"ca/roles/*\"" + can + "path \"auth/machines/certs/*\"" + can;
            server.post("sys/policies/acl/" + capability, Map.of("policy", policy));
            String token = WiredServer.token(server.post("auth/token/create", Map.of("policies", List.of(capability))));
            roles.forEach((path, role) -> {
                Fault fault = fault(() -> server.call(token, Operation.UPDATE, path, role));
                assertEquals(capability.equals("create"), fault instanceof Fault.PermissionDenied, path);
            });
        }
        assertEquals(true, read("ca/roles/web").get("allow_any_name"));
    }

    /** What it was refused for; null when it was done. */
    private static Fault fault(Runnable request) {
        try {
            request.run();
            return null;
        } catch (FaultException e) {
            return e.fault();
        }
    }

    @Test
    void theOlderNameOfATokenRolesAddressesBinds() {
        server.post("auth/token/roles/ci", Map.of("bound_cidrs", "10.0.0.0/8"));
        assertEquals(List.of("10.0.0.0/8"), read("auth/token/roles/ci").get("token_bound_cidrs"));
        assertEquals(List.of("10.0.0.0/8"), read("auth/token/roles/ci").get("bound_cidrs"));
        server.post("auth/token/roles/free", Map.of());
        assertNull(read("auth/token/roles/free").get("bound_cidrs"));
    }

    @ParameterizedTest
    @CsvSource({
        "sys/policies/acl/p, ttl, 1h",
        "sys/policies/acl/p, expiration, 2030-01-01T00:00:00Z",
        "sys/policies/acl/p, cas_required, true",
        "kv/metadata/a, metadata_cas, 1",
        "kv/config, metadata_cas_required, true"
    })
    void protectionThatIsNotServedIsNotPromised(String path, String field, String value) {
        versioned();
        FaultException e = assertThrows(
                FaultException.class,
                () -> server.post(path, Map.of("policy", "path \"x\" { capabilities = [\"read\"] }", field, value)));
        assertTrue(((Fault.BadRequest) e.fault()).details().getFirst().contains(field), e::getMessage);
        server.post(path, Map.of("policy", "path \"x\" { capabilities = [\"read\"] }", field, "false"));
    }

    @Test
    void orphansNeedNoSudoAndNoMorePoliciesThanTheirMakerHas() {
        String maker = WiredServer.token(server.post("auth/token/create", Map.of("policies", "orphanage")));
        server.post(
                "sys/policies/acl/orphanage",
                Map.of("policy", "path \"auth/token/create-orphan\" { capabilities = [\"update\"] }"));
        Response made = server.call(maker, Operation.UPDATE, "auth/token/create-orphan", Map.of());
        assertTrue(made.auth().orElseThrow().orphan());
        assertThrows(
                FaultException.class,
                () -> server.call(
                        maker, Operation.UPDATE, "auth/token/create-orphan", Map.of("policies", "somebody-elses")));
    }

    @Test
    void aLookupOfNothingIsOneOfOneself() {
        for (Operation each : List.of(Operation.READ, Operation.UPDATE)) {
            assertEquals(
                    List.of("root"),
                    data(server.call(server.root(), each, "auth/token/lookup", Map.of()))
                            .get("policies"));
        }
        FaultException e = assertThrows(
                FaultException.class, () -> server.post("auth/token/lookup", Map.of("token", "hvs.nobody")));
        assertEquals(List.of("bad token"), ((Fault.PermissionDenied) e.fault()).hints());
        FaultException renewed = assertThrows(
                FaultException.class, () -> server.post("auth/token/renew", Map.of("token", "hvs.nobody")));
        assertEquals(List.of("token not found"), ((Fault.BadRequest) renewed.fault()).details());
    }

    @Test
    void secretIdsOfARoleThatIsGoneAreNotFound() {
        if (!read("sys/auth").containsKey("approle/")) {
            server.post("sys/auth/approle", Map.of("type", "approle"));
        }
        String role = "auth/approle/role/gone/";
        for (String path : List.of("secret-id/lookup", "secret-id/destroy")) {
            notFound(role + path, Map.of("secret_id", "x"));
        }
        for (String path : List.of("secret-id-accessor/lookup", "secret-id-accessor/destroy")) {
            notFound(role + path, Map.of("secret_id_accessor", "x"));
        }
        server.post("auth/approle/role/here", Map.of());
        for (String metadata :
                List.of("env=prod,team=a", "ZW52PXByb2QsdGVhbT1h", "{\"env\":\"prod\",\"team\":\"a\"}")) {
            Object made = data(server.post("auth/approle/role/here/secret-id", Map.of("metadata", metadata)))
                    .get("secret_id");
            Object kept = data(server.post("auth/approle/role/here/secret-id/lookup", Map.of("secret_id", made)))
                    .get("metadata");
            assertEquals(Map.of("env", "prod", "team", "a"), kept, metadata);
        }
        assertThrows(
                FaultException.class,
                () -> server.post("auth/approle/role/here/secret-id", Map.of("metadata", "no pairs at all")));
    }

    @Test
    void emptyMetadataMakesNoPath() {
        versioned();
        server.post("kv/metadata/nothing", Map.of());
        FaultException e = assertThrows(FaultException.class, () -> read("kv/metadata/nothing"));
        assertInstanceOf(Fault.NotFound.class, e.fault());
        server.post("kv/metadata/nothing", Map.of("max_versions", 3L));
        assertEquals(3L, read("kv/metadata/nothing").get("max_versions"));
    }

    @Test
    void nothingInAListIsABadRequest() {
        FaultException e = assertThrows(
                FaultException.class,
                () -> server.post("auth/token/create", Map.of("policies", Arrays.asList("default", null))));
        assertInstanceOf(Fault.BadRequest.class, e.fault());
    }

    private void versioned() {
        if (!read("sys/mounts").containsKey("kv/")) {
            server.post("sys/mounts/kv", Map.of("type", "kv-v2"));
        }
    }

    private void tuneLockout(Map<String, Object> limits) {
        server.post("sys/auth/people/tune", Map.of("user_lockout_config", limits));
    }

    private Map<?, ?> mount(String table, String path) {
        return (Map<?, ?>) read(table).get(path);
    }

    private void notFound(String path, Map<String, Object> sent) {
        FaultException e = assertThrows(FaultException.class, () -> server.post(path, sent), path);
        Fault.NotFound fault = assertInstanceOf(Fault.NotFound.class, e.fault(), path);
        assertFalse(fault.details().isEmpty(), path);
    }

    private Map<String, Object> read(String path) {
        return data(server.call(server.root(), Operation.READ, path, Map.of()));
    }
}
