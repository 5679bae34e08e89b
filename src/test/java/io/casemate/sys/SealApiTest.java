package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.InitRequest;
import io.casemate.core.ProductInfo;
import io.casemate.core.Server;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealApiTest {
    private static final ProductInfo PRODUCT =
            new ProductInfo("1.19.5", "0.1.0", "2026-01-01T00:00:00Z", "memory", "casemate");

    private final Server server = Server.shamir();
    private final EndpointTable table = table();

    private EndpointTable table() {
        List<Endpoint> all = new ArrayList<>();
        SealEndpoints seal = new SealEndpoints(server.unsealer(), Optional::empty, PRODUCT);
        all.addAll(new InitEndpoints(server.initialiser()).whileSealed());
        all.addAll(seal.whileSealed());
        all.addAll(seal.whileUnsealed());
        all.addAll(new HealthEndpoints(
                        server.unsealer(), Optional::empty, PRODUCT, () -> Instant.ofEpochSecond(1_700_000_000))
                .whileSealed());
        all.addAll(new KeyEndpoints(server.barrier()).endpoints());
        return new EndpointTable(all);
    }

    private Response call(Operation operation, String path, Map<String, Object> data) {
        Request request = Requests.of(operation, path, data);
        return table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }

    private Map<String, Object> read(String path) {
        return members(call(Operation.READ, path, Map.of()));
    }

    private Map<String, Object> write(String path, Map<String, Object> data) {
        return members(call(Operation.UPDATE, path, data));
    }

    private static Map<String, Object> members(Response response) {
        return switch (response.content()) {
            case Response.Content.Plain(var members) -> members;
            case Response.Content.Data(var data) -> data;
            case Response.Content.DoublePlaced(var data) -> data;
            default -> throw new AssertionError("no members: " + response.content());
        };
    }

    private String open() {
        String share = server.initialise(InitRequest.shamir(1, 1)).getFirst();
        write("unseal", Map.of("key", share));
        return share;
    }

    private static String refused(org.junit.jupiter.api.function.Executable work) {
        FaultException e = assertThrows(FaultException.class, work);
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }

    @Test
    void theFirstHourOfAServer() {
        assertEquals(Map.of("initialized", false), read("init"));
        assertEquals(501, call(Operation.READ, "health", Map.of()).status());
        assertEquals(true, read("seal-status").get("sealed"));

        Map<String, Object> made =
                write("init", Map.of("secret_shares", "5", "secret_threshold", 3L, "stored_shares", 1L));
        assertEquals(List.of("keys", "keys_base64", "root_token"), List.copyOf(made.keySet()));
        assertEquals("hvs.root", made.get("root_token"));
        List<?> hex = (List<?>) made.get("keys");
        List<?> base64 = (List<?>) made.get("keys_base64");
        assertEquals(5, hex.size());
        assertEquals(Map.of("initialized", true), read("init"));
        assertEquals(503, call(Operation.READ, "health", Map.of()).status());

        Map<String, Object> status = write("unseal", Map.of("key", hex.get(0)));
        assertEquals(1, status.get("progress"));
        assertEquals("shamir", status.get("type"));
        assertEquals(5, status.get("n"));
        assertEquals(3, status.get("t"));
        assertFalse(status.containsKey("cluster_id"));
        write("unseal", Map.of("key", base64.get(1)));
        status = write("unseal", Map.of("key", base64.get(2)));
        assertEquals(false, status.get("sealed"));
        assertEquals("casemate", status.get("cluster_name"));
        assertEquals("1.19.5", status.get("version"));
        assertEquals("memory", status.get("storage_type"));
        assertEquals(false, status.get("recovery_seal"));

        assertEquals(0, call(Operation.UPDATE, "seal", Map.of()).status());
        assertEquals(true, read("seal-status").get("sealed"));
    }

    @Test
    void unsealSaysWhatItWants() {
        assertEquals(
                "'key' must be specified in request body as JSON, or 'reset' set to true",
                refused(() -> write("unseal", Map.of())));
        assertEquals("'key' must be a valid hex or base64 string", refused(() -> write("unseal", Map.of("key", "!!"))));
        assertEquals("Vault is not initialized", refused(() -> write("unseal", Map.of("key", "aa".repeat(33)))));
        List<String> shares = server.initialise(InitRequest.shamir(3, 2));
        assertEquals(
                "can't perform a seal migration, no migration seal found",
                refused(() -> write("unseal", Map.of("key", shares.getFirst(), "migrate", true))));
        write("unseal", Map.of("key", shares.getFirst()));
        assertEquals(0, write("unseal", Map.of("reset", "true")).get("progress"));
    }

    @Test
    void whoMayComeIn() {
        assertEquals(
                Endpoint.Access.SUDO,
                table.find(new ApiPath("seal"), Operation.READ)
                        .orElseThrow()
                        .endpoint()
                        .access());
        assertEquals(
                Endpoint.Access.SUDO,
                table.find(new ApiPath("rotate"), Operation.READ)
                        .orElseThrow()
                        .endpoint()
                        .access());
        assertEquals(
                Endpoint.Access.TOKEN,
                table.find(new ApiPath("key-status"), Operation.READ)
                        .orElseThrow()
                        .endpoint()
                        .access());
        for (String open : List.of("init", "seal-status", "unseal", "leader", "health")) {
            assertEquals(
                    Endpoint.Access.PUBLIC,
                    table.find(new ApiPath(open), Operation.READ)
                            .orElseThrow()
                            .endpoint()
                            .access());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "activecode, 204, 204",
        "activecode, 599, 599",
        "activecode, '', 200",
        "sealedcode, 299, 200",
        "standbyok, true, 200",
        "standbyok, '', 200"
    })
    void healthAnswersWithTheCodeOneWants(String name, String value, int status) {
        open();
        Response response = call(Operation.READ, "health", Map.of(name, value));
        assertEquals(status, response.status());
        assertEquals(1_700_000_000L, members(response).get("server_time_utc"));
        assertEquals("disabled", members(response).get("replication_dr_mode"));
        assertEquals(server.barrier().clusterId(), members(response).get("cluster_id"));
    }

    @ParameterizedTest
    @CsvSource({"abc", "99", "600", "1000", "-200", "20 0"})
    void healthRefusesCodesThatAreNone(String code) {
        open();
        assertTrue(refused(() -> call(Operation.READ, "health", Map.of("activecode", code)))
                .contains("activecode"));
    }

    @Test
    void healthTellsTheStatesApart() {
        assertEquals(
                299,
                call(Operation.READ, "health", Map.of("uninitcode", "299", "sealedcode", "298"))
                        .status());
        open();
        server.unsealer().seal();
        assertEquals(
                298,
                call(Operation.READ, "health", Map.of("uninitcode", "299", "sealedcode", "298"))
                        .status());
        assertEquals(true, members(call(Operation.READ, "health", Map.of())).get("sealed"));
    }

    @Test
    void theLeaderOfOneNode() {
        assertEquals(false, read("leader").get("ha_enabled"));
    }

    @Test
    void rotatingAndItsConfiguration() {
        open();
        assertEquals(1L, read("key-status").get("term"));
        assertEquals(0, call(Operation.UPDATE, "rotate", Map.of()).status());
        call(Operation.UPDATE, "rotate/keyring", Map.of());
        Map<String, Object> status = read("key-status");
        assertEquals(3L, status.get("term"));
        assertTrue(Instant.parse(status.get("install_time").toString()).isAfter(Instant.EPOCH));

        Map<String, Object> usual = Map.of("max_operations", 3_865_470_566L, "interval", 0L, "enabled", true);
        assertEquals(usual, read("rotate/config"));
        call(Operation.UPDATE, "rotate/config", Map.of("interval", "720h", "enabled", "false"));
        Map<String, Object> changed =
                Map.of("max_operations", 3_865_470_566L, "interval", 2_592_000L, "enabled", false);
        assertEquals(changed, read("rotate/keyring/config"));
        assertTrue(refused(() -> call(Operation.UPDATE, "rotate/config", Map.of("interval", "1h")))
                .contains("24h"));
        assertTrue(refused(() -> call(Operation.UPDATE, "rotate/config", Map.of("max_operations", 5L)))
                .contains("[1000000,3865470566]"));
        assertEquals(changed, read("rotate/config"));
    }

    @Test
    void initRefusesWhatItCannotDo() {
        assertTrue(refused(() -> write("init", Map.of("secret_shares", 1L, "secret_threshold", 1L, "pgp_keys", "a")))
                .contains("OpenPGP"));
        assertTrue(refused(() -> write("init", Map.of("secret_shares", "x"))).contains("whole number"));
        assertEquals(Map.of("initialized", false), read("init"));
    }
}
