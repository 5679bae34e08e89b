package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditBroker.DeviceState;
import io.casemate.core.InitRequest;
import io.casemate.core.ProductInfo;
import io.casemate.core.Server;
import io.casemate.core.upkeep.ClockWatch;
import io.casemate.engine.EngineDriver;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthApiTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ProductInfo PRODUCT =
            new ProductInfo("1.19.5", "0.1.0", "2026-01-01T00:00:00Z", "memory", "lab");

    private final Server server = Server.shamir();
    private boolean older;
    private String storage = "";
    private final List<DeviceState> audit = new ArrayList<>(List.of(well("file/")));
    private Instant end = NOW.plus(Duration.ofDays(90));
    private Optional<ClockWatch.Jump> jump = Optional.empty();
    private final HealthReport report =
            new HealthReport(() -> storage, () -> older, () -> audit, () -> Optional.of(end), () -> jump, () -> NOW);
    private final EngineDriver health = new EngineDriver(
            new HealthEndpoints(server.unsealer(), Optional::empty, report, PRODUCT, () -> NOW).whileSealed());

    @Test
    void all_is_well() {
        open();
        assertEquals(200, read(Map.of("strict", "true")).status());
        Map<String, Object> members = members(Map.of());
        for (String part : List.of("storage", "audit", "certificate", "clock")) {
            assertEquals(true, members.get(part + "_healthy"), part);
            assertFalse(members.containsKey(part + "_error"), part);
        }
        assertEquals("2027-02-20T10:00:00Z", members.get("certificate_expires"));
    }

    @Test
    void each_trouble_is_told_and_changes_the_code_only_where_that_was_asked_for() {
        open();
        storage = "storage cannot be written to: full";
        troubled("storage", storage);
        storage = "";
        audit.add(new DeviceState("syslog/", Optional.of(NOW), "/dev/log: no such file", 0, ""));
        troubled("audit", "1 of 2 audit devices take no entries: syslog/");
        audit.removeLast();
        end = NOW.minusSeconds(1);
        troubled("certificate", "the server's certificate ended at 2026-11-22T09:59:59Z");
        end = NOW.plus(Duration.ofDays(90));
        jump = Optional.of(new ClockWatch.Jump(NOW, Duration.ofMinutes(-5)));
        troubled("clock", "the system's clock jumped by -300 s at 2026-11-22T10:00:00Z");
    }

    @Test
    void a_warning_is_no_trouble() {
        open();
        end = NOW.plus(Duration.ofDays(2));
        audit.clear();
        audit.add(new DeviceState("file/", Optional.empty(), "", 3, "only 5 MiB are free"));
        Map<String, Object> members = members(Map.of());
        assertEquals("the server's certificate ends in 48 hours", members.get("certificate_warning"));
        assertEquals("file/ only 5 MiB are free; file/ has missed 3 entries", members.get("audit_warning"));
        assertEquals(200, read(Map.of("strict", true)).status());
    }

    @Test
    void sealed_says_sealed_and_nothing_of_the_rest() {
        storage = "bad";
        assertEquals(501, read(Map.of("strict", true)).status());
        open();
        server.unsealer().seal();
        assertEquals(503, read(Map.of("degradedcode", "299")).status());
        assertFalse(members(Map.of()).containsKey("storage_healthy"));
    }

    @Test
    void an_older_keyring_is_told() {
        open();
        older = true;
        String text = (String) members(Map.of()).get("keyring_error");
        assertTrue(text.contains("older one is used"), text);
        troubled("keyring", text);
    }

    @Test
    void seal_status_tells_the_same() {
        open();
        storage = "storage cannot be written to: full";
        EngineDriver seal =
                new EngineDriver(new SealEndpoints(server.unsealer(), Optional::empty, report, PRODUCT).whileSealed());
        Map<String, Object> members = ((Response.Content.Plain)
                        seal.call(Operation.READ, "seal-status").content())
                .members();
        assertEquals(storage, members.get("storage_error"));
        assertEquals(true, members.get("audit_healthy"));
    }

    private void troubled(String part, String text) {
        Map<String, Object> members = members(Map.of());
        assertEquals(false, members.get(part + "_healthy"));
        assertEquals(text, members.get(part + "_error"));
        assertEquals(200, read(Map.of()).status(), "load balancers are used to it");
        assertEquals(503, read(Map.of("strict", "true")).status());
        assertEquals(473, read(Map.of("degradedcode", "473")).status());
        assertThrows(FaultException.class, () -> read(Map.of("degradedcode", "99")));
        assertTrue(members.keySet().stream()
                .filter(name -> name.endsWith("_healthy") && !name.startsWith(part))
                .allMatch(name -> members.get(name).equals(true)));
    }

    private void open() {
        server.offer(server.initialise(InitRequest.shamir(1, 1)).getFirst());
    }

    private Response read(Map<String, Object> query) {
        return health.call(Operation.READ, "health", query);
    }

    private Map<String, Object> members(Map<String, Object> query) {
        return ((Response.Content.Plain) read(query).content()).members();
    }

    private static DeviceState well(String path) {
        return new DeviceState(path, Optional.empty(), "", 0, "");
    }
}
