package io.casemate.bootstrap;

import static io.casemate.core.LoginHouse.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Words, statuses and shapes that the test suites of clients compare, on a whole server (docs/clients.md). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientSuitesTest {
    private WiredServer server;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        server = new WiredServer(home);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aMountThatIsNotThereIsToldInTheWordsThatClientsKnow() {
        refused("No secret engine mount at none/", Operation.READ, "sys/mounts/none", Map.of());
        refused("No auth engine at none/", Operation.READ, "sys/auth/none", Map.of());
        refused("cannot fetch sysview for path \"none/\"", Operation.READ, "sys/mounts/none/tune", Map.of());
        refused(
                "tune of path \"none/\" failed: no mount entry found",
                Operation.UPDATE,
                "sys/mounts/none/tune",
                Map.of("max_lease_ttl", "1h"));
        refused("unknown audit backend", Operation.UPDATE, "sys/audit-hash/none", Map.of("input", "x"));
    }

    @Test
    void anUpgradeOfKeysAndValuesIsAnsweredWithAWarningAndThusABody() {
        server.post("sys/mounts/old", Map.of("type", "kv"));
        Map<String, Object> versioned = Map.of("options", Map.of("version", "2"));
        Response upgraded = server.post("sys/mounts/old/tune", versioned);
        assertTrue(upgraded.warnings().getFirst().contains("Upgrading mount"), upgraded.warnings()::toString);
        assertEquals(List.of(), server.post("sys/mounts/old/tune", versioned).warnings());
    }

    /** The sweep looks once a second: without an end at once, the client that asks next still finds the lease. */
    @Test
    void aRevokedLeaseIsGoneForTheNextRequest() {
        server.post("sys/mounts/ca", Map.of("type", "pki"));
        server.post("ca/root/generate/internal", Map.of("common_name", "Root", "key_type", "ec", "ttl", "700h"));
        server.post("ca/roles/any", Map.of("allow_any_name", true, "key_type", "ec", "generate_lease", true));
        for (int i = 0; i < 5; i++) {
            Response issued = server.post("ca/issue/any", Map.of("common_name", "a.example.org", "ttl", "1h"));
            String id = assertInstanceOf(Lease.Given.class, issued.lease()).id();
            assertEquals(
                    202,
                    server.post("sys/leases/revoke", Map.of("lease_id", id)).status());
            FaultException e =
                    assertThrows(FaultException.class, () -> call(Operation.LIST, "sys/leases/lookup/ca", Map.of()));
            assertInstanceOf(Fault.NotFound.class, e.fault());
        }
    }

    @Test
    void policiesAreListedWithWhatTheySay() {
        String text = "path \"kv/*\" { capabilities = [\"read\"] }";
        server.post("sys/policies/acl/team/a", Map.of("policy", text));
        server.post("sys/policies/acl/other", Map.of("policy", text));
        Map<String, Object> listed = data(call(Operation.LIST, "sys/policies/detailed/acl/team", Map.of()));
        assertEquals(List.of("team/a"), listed.get("keys"));
        assertEquals(Map.of("team/a", Map.of("name", "team/a", "policy", text)), listed.get("key_info"));
        List<?> all = (List<?>) data(call(Operation.LIST, "sys/policies/detailed/acl", Map.of()))
                .get("keys");
        assertTrue(all.containsAll(List.of("default", "other", "root", "team/a")), all::toString);
        assertThrows(FaultException.class, () -> call(Operation.LIST, "sys/policies/detailed/acl/nobody", Map.of()));
    }

    @Test
    void aSingleServerIsAClusterOfOneVoter() {
        Map<?, ?> config = (Map<?, ?>) data(call(Operation.READ, "sys/storage/raft/configuration", Map.of()))
                .get("config");
        Map<?, ?> voter = (Map<?, ?>) ((List<?>) config.get("servers")).getFirst();
        assertEquals(true, voter.get("voter"));
        assertEquals(true, voter.get("leader"));
        assertEquals(
                Product.API_VERSION,
                data(call(Operation.READ, "sys/internal/ui/version", Map.of())).get("version"));
    }

    @Test
    void nobodyIsAskedForASecondFactor() {
        FaultException e = assertThrows(
                FaultException.class,
                () -> server.call("", Operation.UPDATE, "sys/mfa/validate", Map.of("mfa_request_id", "x")));
        assertTrue(((Fault.BadRequest) e.fault()).details().getFirst().contains("no second factor"));
    }

    private void refused(String why, Operation operation, String path, Map<String, Object> data) {
        FaultException e = assertThrows(FaultException.class, () -> call(operation, path, data), path);
        Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, e.fault(), path);
        assertTrue(fault.details().getFirst().contains(why), fault::toString);
    }

    private Response call(Operation operation, String path, Map<String, Object> data) {
        return server.call(server.root(), operation, path, data);
    }
}
