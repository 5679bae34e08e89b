package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.AuditTable;
import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EngineDriver;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditEndpointsTest {
    private final MemoryDevice device = new MemoryDevice();
    private final AuditBroker broker = new AuditBroker();
    private final AuditTable table = new AuditTable(
            new MemoryView(),
            broker,
            List.of(MemoryDevice.factory(device)),
            new SecureRandom(),
            InstantSource.system());
    private final EngineDriver sys = new EngineDriver(Stream.concat(
                    new AuditEndpoints(table).endpoints().stream(),
                    new AuditHeaderEndpoints(table).endpoints().stream())
            .toList());

    @BeforeEach
    void start() {
        table.start();
    }

    @Test
    void enables_lists_hashes_and_disables() {
        assertEquals(
                new Response.Content.DoublePlaced(Map.of()),
                sys.call(Operation.READ, "audit").content());
        Map<String, Object> body =
                Map.of("type", "memory", "description", "d", "options", Map.of("hmac_accessor", false));
        assertEquals(Response.none(), sys.call(Operation.UPDATE, "audit/mem", body));
        Map<String, Object> row = Map.of(
                "type", "memory",
                "description", "d",
                "options", Map.of("hmac_accessor", "false"),
                "path", "mem/",
                "local", false);
        assertEquals(
                new Response.Content.DoublePlaced(Map.of("mem/", row)),
                sys.call(Operation.READ, "audit").content());
        Response.Content.DoublePlaced hash =
                (Response.Content.DoublePlaced) sys.call(Operation.UPDATE, "audit-hash/mem", Map.of("input", "x"))
                        .content();
        assertEquals(table.hash("mem", "x").orElseThrow(), hash.data().get("hash"));
        assertTrue(hash.data().get("hash").toString().matches("hmac-sha256:[0-9a-f]{64}"));
        assertEquals(Response.none(), sys.call(Operation.DELETE, "audit/mem"));
        assertEquals(Response.none(), sys.call(Operation.DELETE, "audit/mem"));
        assertEquals(List.of(), table.list());
    }

    @Test
    void tells_how_a_device_is_and_why() {
        sys.call(Operation.UPDATE, "audit/mem", Map.of("type", "memory"));
        Map<String, Object> well = EngineDriver.data(sys.call(Operation.READ, "audit/mem"));
        assertEquals(true, well.get("healthy"));
        assertEquals("memory", well.get("type"));
        device.fail(true);
        broker.reopen();
        Map<String, Object> ill = EngineDriver.data(sys.call(Operation.READ, "audit/mem/"));
        assertEquals(false, ill.get("healthy"));
        assertTrue(ill.get("error").toString().contains("no space for tests"));
        FaultException thrown = assertThrows(FaultException.class, () -> sys.call(Operation.READ, "audit/none"));
        assertEquals(new Fault.NotFound(List.of()), thrown.fault());
    }

    @Test
    void headers_are_chosen_shown_and_let_go() {
        assertEquals(
                Response.none(),
                sys.call(Operation.UPDATE, "config/auditing/request-headers/X-Forwarded-For", Map.of("hmac", "true")));
        Map<String, Object> expected = Map.of(
                "correlation-id", Map.of("hmac", false),
                "x-correlation-id", Map.of("hmac", false),
                "x-forwarded-for", Map.of("hmac", true));
        assertEquals(
                new Response.Content.DoublePlaced(Map.of("headers", expected)),
                sys.call(Operation.READ, "config/auditing/request-headers").content());
        assertEquals(
                new Response.Content.DoublePlaced(Map.of("X-Forwarded-For", Map.of("hmac", true))),
                sys.call(Operation.READ, "config/auditing/request-headers/X-Forwarded-For")
                        .content());
        sys.call(Operation.DELETE, "config/auditing/request-headers/x-forwarded-for");
        assertThrows(
                FaultException.class,
                () -> sys.call(Operation.READ, "config/auditing/request-headers/x-forwarded-for"));
        for (Endpoint each : new AuditHeaderEndpoints(table).endpoints()) {
            assertEquals(Endpoint.Access.SUDO, each.access(), each.pattern());
        }
    }

    @Test
    void bad_input_is_named() {
        assertBadRequest("field 'type' is missing: name the type of device, such as file", "audit/mem", Map.of());
        assertBadRequest("unknown audit device type: \"x\"", "audit/mem", Map.of("type", "x"));
        assertBadRequest("field 'input' is missing: the value to hash", "audit-hash/mem", Map.of());
        assertBadRequest(
                "unknown audit backend: no device is enabled at this path", "audit-hash/mem", Map.of("input", "x"));
    }

    @Test
    void devices_are_for_those_with_sudo() {
        for (Endpoint each : new AuditEndpoints(table).endpoints()) {
            boolean sudo = !each.pattern().startsWith("audit-hash");
            assertEquals(sudo ? Endpoint.Access.SUDO : Endpoint.Access.TOKEN, each.access(), each.pattern());
        }
    }

    private void assertBadRequest(String detail, String path, Map<String, Object> body) {
        FaultException thrown = assertThrows(FaultException.class, () -> sys.call(Operation.UPDATE, path, body));
        assertEquals(new Fault.BadRequest(List.of(detail)), thrown.fault());
    }
}
