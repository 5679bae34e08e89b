package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.core.ProductInfo;
import io.casemate.core.request.InFlight;
import io.casemate.core.request.Metered;
import io.casemate.crypto.NoiseSource;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EngineDriver;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.log.LogLevels;
import io.casemate.metrics.Meters;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsApiTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));
    private static final ProductInfo PRODUCT =
            new ProductInfo("1.19.5", "0.1.0", "2026-11-22T00:00:00Z", "mvstore", "lab");

    private final MemoryView view = new MemoryView();
    private final LogLevels levels = new LogLevels(System.Logger.Level.INFO);
    private final AtomicInteger reloads = new AtomicInteger();
    private final Meters meters = new Meters();

    @AfterEach
    void quiet() {
        levels.resetAll();
        Logger.getLogger("casemate").setLevel(null);
    }

    @Test
    void random_bytes_come_in_the_length_form_and_from_the_source_asked_for() {
        EngineDriver sys =
                new EngineDriver(new ToolsEndpoints(new SecureRandom(), Optional.of(new Sevens())).endpoints());
        assertEquals(32, decoded(sys.call(Operation.UPDATE, "tools/random")).length);
        assertEquals(16, decoded(sys.call(Operation.UPDATE, "tools/random/16")).length);
        assertEquals(5, decoded(sys.call(Operation.UPDATE, "tools/random", Map.of("bytes", 5L))).length);
        byte[] sevens = new byte[3000];
        Arrays.fill(sevens, (byte) 7);
        assertArrayEquals(sevens, decoded(sys.call(Operation.UPDATE, "tools/random/seal/3000")));
        assertNotEquals(
                HexFormat.of().formatHex(sevens),
                HexFormat.of().formatHex(decoded(sys.call(Operation.UPDATE, "tools/random/all/3000"))));
        Object hex = EngineDriver.data(sys.call(Operation.UPDATE, "tools/random/4", Map.of("format", "hex")))
                .get("random_bytes");
        assertTrue(hex.toString().matches("[0-9a-f]{8}"));
        for (String bad : List.of("tools/random/0", "tools/random/131073", "tools/random/moon", "tools/random/all/x")) {
            badRequest(sys, Operation.UPDATE, bad, Map.of());
        }
        badRequest(sys, Operation.UPDATE, "tools/random", Map.of("format", "octal"));
        EngineDriver without = new EngineDriver(new ToolsEndpoints(new SecureRandom(), Optional.empty()).endpoints());
        badRequest(without, Operation.UPDATE, "tools/random/seal", Map.of());
    }

    /** The values are those of FIPS 180-4's and FIPS 202's examples for the message abc. */
    @Test
    void hashes_are_those_of_the_standards() {
        EngineDriver sys = new EngineDriver(new ToolsEndpoints(new SecureRandom(), Optional.empty()).endpoints());
        Map<String, Object> abc = Map.of("input", "YWJj");
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                EngineDriver.data(sys.call(Operation.UPDATE, "tools/hash", abc)).get("sum"));
        assertEquals(
                "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
                EngineDriver.data(sys.call(Operation.UPDATE, "tools/hash/sha3-256", abc))
                        .get("sum"));
        badRequest(sys, Operation.UPDATE, "tools/hash/md5", abc);
        badRequest(sys, Operation.UPDATE, "tools/hash", Map.of("input", "***"));
    }

    @Test
    void loggers_are_turned_up_one_by_one_or_all_and_back() {
        Logger token = Logger.getLogger("casemate.token");
        Logger core = Logger.getLogger("casemate.core");
        EngineDriver sys = new EngineDriver(new LoggerEndpoints(levels).endpoints());
        sys.call(Operation.UPDATE, "loggers", Map.of("level", "warn"));
        assertFalse(core.isLoggable(Level.INFO));
        sys.call(Operation.UPDATE, "loggers/token", Map.of("level", "Debug"));
        assertTrue(token.isLoggable(Level.FINE));
        assertFalse(core.isLoggable(Level.INFO));
        assertEquals(Map.of("token", "debug"), EngineDriver.data(sys.call(Operation.READ, "loggers/token")));
        assertEquals(
                "warn", EngineDriver.data(sys.call(Operation.READ, "loggers")).get("core"));
        sys.call(Operation.DELETE, "loggers/token");
        assertFalse(token.isLoggable(Level.INFO));
        sys.call(Operation.DELETE, "loggers");
        assertTrue(token.isLoggable(Level.INFO));
        assertFalse(token.isLoggable(Level.FINE));
        badRequest(sys, Operation.UPDATE, "loggers/token", Map.of("level", "loud"));
        badRequest(sys, Operation.READ, "loggers/nothing", Map.of());
    }

    @Test
    void requests_under_way_are_shown_while_they_are() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        InFlight inFlight = new InFlight(
                request -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new Fault.PermissionDenied().asException();
                },
                CLOCK);
        EngineDriver sys = new EngineDriver(runtime(inFlight).endpoints());
        Thread slow = Thread.ofVirtual().start(() -> {
            try {
                inFlight.handle(request("kv/slow"));
            } catch (FaultException e) {
                begun.countDown();
            }
        });
        begun.await();
        Map<String, Object> shown = ((Response.Content.Plain)
                        sys.call(Operation.READ, "in-flight-req").content())
                .members();
        Map<?, ?> row = assertInstanceOf(Map.class, shown.get("id-kv/slow"));
        assertEquals("/v1/kv/slow", row.get("request_path"));
        assertEquals("read", row.get("request_method"));
        assertEquals("2026-11-22T10:00:00Z", row.get("start_time"));
        assertEquals("192.0.2.1:7", row.get("client_remote_address"));
        end.countDown();
        slow.join();
        assertEquals(0, inFlight.size());
    }

    @Test
    void host_nodes_configuration_and_reload() {
        EngineDriver sys = new EngineDriver(
                runtime(new InFlight(_ -> Response.none(), CLOCK)).endpoints());
        Map<String, Object> host = EngineDriver.data(sys.call(Operation.READ, "host-info"));
        assertEquals(Set.of("timestamp", "cpu", "disk", "host", "memory"), host.keySet());
        assertTrue((Long) ((Map<?, ?>) host.get("memory")).get("total") > 0);
        assertFalse(((List<?>) host.get("cpu")).isEmpty());
        Map<?, ?> data = ((Response.Content.DoublePlaced)
                        sys.call(Operation.READ, "ha-status").content())
                .data();
        assertEquals(true, ((Map<?, ?>) ((List<?>) data.get("nodes")).getFirst()).get("active_node"));
        assertEquals(
                Map.of("cluster_name", "lab"), EngineDriver.data(sys.call(Operation.READ, "config/state/sanitized")));
        sys.call(Operation.UPDATE, "config/reload/listener");
        assertEquals(1, reloads.get());
        badRequest(sys, Operation.UPDATE, "config/reload/licence", Map.of());
    }

    @Test
    void versions_that_opened_the_store_are_kept_in_their_order() {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        for (String version : List.of("1.19.5", "1.2.0", "1.19.5", "1.20.0")) {
            VersionEndpoints versions = new VersionEndpoints(
                    view, new ProductInfo("1.19.5", version, "built", "mvstore", "lab"), () -> now[0]);
            versions.start();
            now[0] = now[0].plusSeconds(60);
        }
        view.beforeCommit(_ -> {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "full").asException();
        });
        new VersionEndpoints(view, new ProductInfo("1.19.5", "1.21.0", "built", "mvstore", "lab"), CLOCK).start();
        EngineDriver sys = new EngineDriver(new VersionEndpoints(view, PRODUCT, CLOCK).endpoints());
        Map<String, Object> history = EngineDriver.data(sys.call(Operation.LIST, "version-history"));
        assertEquals(List.of("1.19.5", "1.2.0", "1.20.0"), history.get("keys"));
        Map<?, ?> last = (Map<?, ?>) ((Map<?, ?>) history.get("key_info")).get("1.20.0");
        assertEquals("1.2.0", last.get("previous_version"));
        assertEquals("2026-01-01T00:03:00Z", last.get("timestamp_installed"));
    }

    @Test
    void the_catalog_shows_what_is_built_in_and_takes_nothing() {
        EngineDriver sys =
                new EngineDriver(new PluginEndpoints(Set.of("pki", "kv"), Set.of("token"), "0.1.0").endpoints());
        Map<String, Object> all = EngineDriver.data(sys.call(Operation.READ, "plugins/catalog"));
        assertEquals(List.of("kv", "pki"), all.get("secret"));
        assertEquals(3, ((List<?>) all.get("detailed")).size());
        assertEquals(
                List.of("kv", "pki"),
                EngineDriver.data(sys.call(Operation.LIST, "plugins/catalog/secret"))
                        .get("keys"));
        assertEquals(
                true,
                EngineDriver.data(sys.call(Operation.READ, "plugins/catalog/secret/kv"))
                        .get("builtin"));
        assertThrows(FaultException.class, () -> sys.call(Operation.READ, "plugins/catalog/secret/aws"));
        badRequest(sys, Operation.LIST, "plugins/catalog/garden", Map.of());
        badRequest(sys, Operation.UPDATE, "plugins/catalog/secret/mine", Map.of("command", "x"));
    }

    @Test
    void pages_of_other_origins_are_allowed_and_forgotten() {
        CorsEndpoints cors = new CorsEndpoints(view);
        EngineDriver sys = new EngineDriver(cors.endpoints());
        assertEquals(
                new Response.Content.DoublePlaced(Map.of("enabled", false)),
                sys.call(Operation.READ, "config/cors").content());
        sys.call(
                Operation.UPDATE,
                "config/cors",
                Map.of("allowed_origins", "https://a.example,https://b.example:8443", "allowed_headers", "X-Own"));
        assertTrue(cors.current().allows("https://A.example"));
        assertFalse(cors.current().allows("https://a.example.org"));
        CorsEndpoints again = new CorsEndpoints(view);
        again.start();
        assertEquals(cors.current(), again.current());
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("allowed_origins", "*,https://a.example"),
                Map.of("allowed_origins", "https://a.example/path"),
                Map.of("allowed_origins", "a.example"),
                Map.of("allowed_origins", "*", "allowed_headers", "X Own"))) {
            badRequest(sys, Operation.UPDATE, "config/cors", bad);
        }
        sys.call(Operation.DELETE, "config/cors");
        assertFalse(cors.current().allows("https://a.example"));
        assertEquals(List.of(), view.list("", "", 10));
    }

    @Test
    void headers_of_pages_are_kept() {
        EngineDriver sys = new EngineDriver(new UiHeaderEndpoints(view).endpoints());
        sys.call(Operation.UPDATE, "config/ui/headers/X-Own", Map.of("values", List.of("a", "b")));
        assertEquals(
                List.of("x-own"),
                EngineDriver.data(sys.call(Operation.LIST, "config/ui/headers")).get("keys"));
        assertEquals(Map.of("value", "a"), EngineDriver.data(sys.call(Operation.READ, "config/ui/headers/x-own")));
        assertEquals(
                Map.of("values", List.of("a", "b")),
                EngineDriver.data(sys.call(Operation.READ, "config/ui/headers/x-own", Map.of("multivalue", true))));
        badRequest(sys, Operation.UPDATE, "config/ui/headers/X-Vault-Token", Map.of("values", "x"));
        badRequest(sys, Operation.UPDATE, "config/ui/headers/x", Map.of("values", List.of("a\r\nb")));
        sys.call(Operation.DELETE, "config/ui/headers/x-own");
        assertThrows(FaultException.class, () -> sys.call(Operation.READ, "config/ui/headers/x-own"));
    }

    @Test
    void metrics_are_given_in_both_forms_with_the_names_that_dashboards_know() {
        Metered metered = new Metered(
                request -> {
                    if (request.path().value().endsWith("denied")) {
                        throw new Fault.PermissionDenied().asException();
                    }
                    return Response.none();
                },
                meters);
        metered.handle(request("kv/a"));
        assertThrows(FaultException.class, () -> metered.handle(request("kv/denied")));
        meters.gauge("vault.core.unsealed", "For this test.", () -> 1);
        EngineDriver sys = new EngineDriver(new MetricsEndpoints(meters, false, CLOCK).whileUnsealed());
        Response.Content.Raw raw =
                (Response.Content.Raw) sys.call(Operation.READ, "metrics", Map.of("format", "prometheus"))
                        .content();
        String text = new String(raw.bytes(), StandardCharsets.UTF_8);
        assertTrue(raw.mediaType().startsWith("text/plain; version=0.0.4"));
        assertTrue(text.contains("vault_core_handle_request_count 2\n"), text);
        assertTrue(text.contains("vault_core_handle_request{quantile=\"0.5\"}"), text);
        assertTrue(text.contains("vault_core_unsealed 1.0\n"), text);
        assertTrue(text.contains("casemate_core_requests_denied 1.0\n"), text);
        Map<String, Object> json =
                ((Response.Content.Plain) sys.call(Operation.READ, "metrics").content()).members();
        assertTrue(json.get("Samples").toString().contains("Name=vault.core.handle_request, Count=2"));
        assertTrue(json.get("Gauges").toString().contains("Name=vault.core.unsealed, Value=1.0"));
        badRequest(sys, Operation.READ, "metrics", Map.of("format", "xml"));
    }

    @Test
    void metrics_need_a_token_unless_the_configuration_says_otherwise() {
        MetricsEndpoints closed = new MetricsEndpoints(meters, false, CLOCK);
        assertEquals(Endpoint.Access.TOKEN, closed.whileUnsealed().getFirst().access());
        assertEquals(List.of(), closed.whileSealed());
        MetricsEndpoints open = new MetricsEndpoints(meters, true, CLOCK);
        assertEquals(Endpoint.Access.PUBLIC, open.whileSealed().getFirst().access());
        assertEquals(List.of(), open.whileUnsealed());
    }

    private RuntimeEndpoints runtime(InFlight inFlight) {
        var facts = new RuntimeEndpoints.ServerFacts(
                Map.of("cluster_name", "lab"), "https://x", Map.of("listener", reloads::incrementAndGet));
        return new RuntimeEndpoints(() -> inFlight, facts, PRODUCT, CLOCK);
    }

    private static byte[] decoded(Response response) {
        return Base64.getDecoder()
                .decode(EngineDriver.data(response).get("random_bytes").toString());
    }

    private static void badRequest(EngineDriver sys, Operation operation, String path, Map<String, Object> data) {
        FaultException thrown = assertThrows(FaultException.class, () -> sys.call(operation, path, data), path);
        assertInstanceOf(Fault.BadRequest.class, thrown.fault(), path);
    }

    private static Request request(String path) {
        Request.Peer peer = new Request.Peer("192.0.2.1", 7, List.of(), Map.of());
        return Requests.named("id-" + path, Requests.from(peer, Requests.of(Operation.READ, path, Map.of())));
    }

    /** An HSM's random numbers, of a kind that can be told. */
    private static final class Sevens implements NoiseSource {
        @Override
        public void fill(byte[] out) {
            Arrays.fill(out, (byte) 7);
        }
    }
}
