package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.core.InitRequest;
import io.casemate.core.Server;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.EndpointTable;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names and forms that stock clients read, on both twins of each ceremony. */
class CeremonyApiTest {
    private final Server server = Server.shamir();
    private final EndpointTable table = table(Set.of());
    private final List<String> shares = server.initialise(InitRequest.shamir(3, 2));

    CeremonyApiTest() {
        shares.subList(0, 2).forEach(server::offer);
    }

    private EndpointTable table(Set<String> names) {
        OpenCeremonies open = new OpenCeremonies(names);
        List<Endpoint> all = new ArrayList<>(new GenerateRootEndpoints(server.generation(), open).endpoints());
        all.addAll(new RekeyEndpoints(server.rootRekey(), server.recoveryRekey(), server.rotation(), open).endpoints());
        return new EndpointTable(all);
    }

    private Response call(Operation operation, String path, Map<String, Object> data) {
        Request request = Requests.of(operation, path, data);
        return table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }

    private Map<String, Object> ask(boolean enveloped, Operation operation, String path, Map<String, Object> data) {
        return switch (call(operation, path, data).content()) {
            case Response.Content.Plain(var members) when !enveloped -> members;
            case Response.Content.Data(var members) when enveloped -> members;
            case Response.Content.DoublePlaced(var members) -> members;
            default -> throw new AssertionError("the wrong form for " + path);
        };
    }

    private Endpoint endpoint(EndpointTable in, String path) {
        return in.find(new ApiPath(path), Operation.READ).orElseThrow().endpoint();
    }

    @ParameterizedTest
    @CsvSource({"generate-root, false", "generate-root-token, true"})
    void aRootToken(String prefix, boolean enveloped) {
        String attempt = prefix + "/attempt";
        assertEquals(false, ask(enveloped, Operation.READ, attempt, Map.of()).get("started"));
        Map<String, Object> started = ask(enveloped, Operation.UPDATE, attempt, Map.of("otp", "", "pgp_key", ""));
        assertEquals(28, started.get("otp_length"));
        assertEquals(2, started.get("required"));
        assertEquals(28, started.get("otp").toString().length());
        Map<String, Object> given = null;
        for (String share : shares.subList(1, 3)) {
            given = ask(
                    enveloped,
                    Operation.UPDATE,
                    prefix + "/update",
                    Map.of("key", share, "nonce", started.get("nonce")));
        }
        assertEquals(true, given.get("complete"));
        assertEquals(given.get("encoded_token"), given.get("encoded_root_token"));
        assertEquals(38, given.get("encoded_token").toString().length());
        Map<String, Object> halves = Map.of("encoded_token", given.get("encoded_token"), "otp", started.get("otp"));
        assertTrue(ask(true, Operation.UPDATE, "decode-token", halves)
                .get("token")
                .toString()
                .matches("hvs\\.[A-Za-z0-9]{24}"));
        ask(enveloped, Operation.UPDATE, attempt, Map.of());
        assertEquals(Response.none(), call(Operation.DELETE, attempt, Map.of()));
        assertEquals(false, ask(enveloped, Operation.READ, attempt, Map.of()).get("started"));
    }

    @ParameterizedTest
    @CsvSource({"rekey, false", "rotate/root, true"})
    void newSharesWithVerification(String prefix, boolean enveloped) {
        Map<String, Object> none = ask(enveloped, Operation.READ, prefix + "/init", Map.of());
        assertEquals(false, none.get("started"));
        assertEquals(2, none.get("required"));
        assertNull(none.get("pgp_fingerprints"));
        Map<String, Object> order = Map.of("secret_shares", "2", "secret_threshold", 2L, "require_verification", true);
        Map<String, Object> started = ask(enveloped, Operation.UPDATE, prefix + "/init", order);
        assertEquals(true, started.get("verification_required"));
        Map<String, Object> given = null;
        for (String share : shares.subList(0, 2)) {
            given = ask(
                    enveloped,
                    Operation.UPDATE,
                    prefix + "/update",
                    Map.of("key", share, "nonce", started.get("nonce")));
        }
        assertEquals(true, given.get("complete"));
        List<?> fresh = (List<?>) given.get("keys");
        assertEquals(2, ((List<?>) given.get("keys_base64")).size());
        String proof = given.get("verification_nonce").toString();
        assertEquals(
                proof,
                ask(enveloped, Operation.READ, prefix + "/verify", Map.of()).get("nonce"));
        proof = ask(enveloped, Operation.DELETE, prefix + "/verify", Map.of())
                .get("nonce")
                .toString();
        Map<String, Object> shown =
                ask(enveloped, Operation.UPDATE, prefix + "/verify", Map.of("key", fresh.get(0), "nonce", proof));
        assertEquals(1, shown.get("progress"));
        assertEquals(
                Map.of("complete", true, "nonce", proof),
                ask(enveloped, Operation.UPDATE, prefix + "/verify", Map.of("key", fresh.get(1), "nonce", proof)));
    }

    @Test
    void whatIsRefused() {
        assertTrue(
                refused(Operation.UPDATE, "rekey/update", Map.of("nonce", "x")).contains("'key' must be"));
        assertTrue(refused(Operation.UPDATE, "generate-root/update", Map.of("key", "%%"))
                .contains("hex or base64"));
        assertTrue(refused(Operation.READ, "rekey/verify", Map.of()).contains("no rekey in progress"));
        assertTrue(refused(Operation.UPDATE, "rotate/root", Map.of()).contains("only its shares give"));
        for (String path : List.of("rekey/backup", "rekey/recovery-key-backup", "rotate/root/backup")) {
            FaultException e = assertThrows(FaultException.class, () -> call(Operation.READ, path, Map.of()));
            assertEquals(
                    List.of("no backed-up keys found"),
                    assertInstanceOf(Fault.BadRequest.class, e.fault()).details());
            assertEquals(Response.none(), call(Operation.DELETE, path, Map.of()));
        }
    }

    @Test
    void onlyHalvesThatBelongTogetherAreDecoded() {
        String otp = "x".repeat(28);
        assertTrue(decoding("", "").contains("incorrect length: 0"));
        assertTrue(decoding("AAAA", "short").contains("incorrect length: 5"));
        assertTrue(decoding("AAAA", otp).contains("has 3 bytes"));
        assertTrue(decoding("%%", otp).contains("not base64"));
    }

    private String decoding(String encoded, String otp) {
        return refused(Operation.UPDATE, "decode-token", Map.of("encoded_token", encoded, "otp", otp));
    }

    private String refused(Operation operation, String path, Map<String, Object> data) {
        FaultException e = assertThrows(FaultException.class, () -> call(operation, path, data));
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }

    @Test
    void withoutATokenOnlyByTheSwitch() {
        for (String path :
                List.of("rekey/init", "rekey/update", "rekey-recovery-key/verify", "generate-root/attempt")) {
            assertEquals(Access.TOKEN, endpoint(table, path).access());
            assertTrue(endpoint(table, path).withoutToken().orElseThrow().contains("enable_unauthenticated_access"));
        }
        EndpointTable rekey = table(Set.of("rekey"));
        assertEquals(Access.PUBLIC, endpoint(rekey, "rekey/init").access());
        assertEquals(Access.PUBLIC, endpoint(rekey, "rekey-recovery-key/update").access());
        assertEquals(Access.TOKEN, endpoint(rekey, "generate-root/attempt").access());
        EndpointTable both = table(OpenCeremonies.ALL);
        assertEquals(Access.PUBLIC, endpoint(both, "generate-root/update").access());
        for (String path : List.of("rotate/root/init", "rotate/recovery/verify", "generate-root-token/attempt")) {
            assertEquals(Access.TOKEN, endpoint(both, path).access());
            assertFalse(endpoint(both, path).withoutToken().isPresent());
        }
        for (String path :
                List.of("rekey/backup", "rekey/recovery-key-backup", "rotate/recovery/backup", "rotate/root")) {
            assertEquals(Access.SUDO, endpoint(both, path).access());
        }
    }
}
