package io.casemate.sys;

import io.casemate.core.ProductInfo;
import io.casemate.core.request.InFlight;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What operators ask of a running server: {@code sys/in-flight-req}, {@code sys/host-info}, {@code sys/ha-status},
 * {@code sys/storage/raft/configuration}, {@code sys/step-down}, {@code sys/config/state/sanitized} and {@code sys/config/reload}.
 */
public final class RuntimeEndpoints {
    private final Supplier<InFlight> inFlight;
    private final ServerFacts facts;
    private final ProductInfo product;
    private final InstantSource clock;

    /**
     * What the composition root knows of the server.
     *
     * @param configuration what the server was told, without secrets
     * @param apiAddress the URL that clients use; empty when not told
     * @param reloads what can be read again while the server runs, by name
     */
    public record ServerFacts(Map<String, Object> configuration, String apiAddress, Map<String, Runnable> reloads) {}

    /** Shows {@code facts}. */
    public RuntimeEndpoints(Supplier<InFlight> inFlight, ServerFacts facts, ProductInfo product, InstantSource clock) {
        this.inFlight = inFlight;
        this.facts = facts;
        this.product = product;
        this.clock = clock;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("in-flight-req", "The requests that are being worked on.")
                        .access(Access.SUDO)
                        .on(Operation.READ, _ -> Response.plain(running()))
                        .build(),
                Endpoint.at("host-info", "The machine: processors, memory, disks.")
                        .on(Operation.READ, _ -> Response.of(HostInfo.now(clock)))
                        .build(),
                Endpoint.at("ha-status", "The nodes of the cluster: this one.")
                        .on(Operation.READ, _ -> Response.doublePlaced(Map.of("nodes", List.of(node()))))
                        .build(),
                Endpoint.at("storage/raft/configuration", "The voters of the cluster: this server.")
                        .on(
                                Operation.READ,
                                _ -> Response.of(Map.of("config", Map.of("servers", List.of(voter()), "index", 0))))
                        .build(),
                Endpoint.at("step-down", "Gives up leadership: there is nobody to take it, so nothing happens.")
                        .access(Access.SUDO)
                        .on(Operation.UPDATE, _ -> Response.none())
                        .build(),
                Endpoint.at("config/state/sanitized", "The server's configuration, without secrets.")
                        .on(Operation.READ, _ -> Response.of(facts.configuration()))
                        .build(),
                Endpoint.at("config/reload/{subsystem}", "Reads again what may have changed on disk.")
                        .access(Access.SUDO)
                        .field("subsystem", Field.string("What to read again."))
                        .on(
                                Operation.UPDATE,
                                exchange -> reload(exchange.fields().string("subsystem")))
                        .build());
    }

    private Response reload(String subsystem) {
        Runnable reload = facts.reloads().get(subsystem);
        if (reload == null) {
            throw Fault.badRequest("subsystem \"" + subsystem + "\" is unknown: expected one of "
                    + new TreeMap<>(facts.reloads()).keySet());
        }
        reload.run();
        return Response.none();
    }

    private Map<String, Object> running() {
        Map<String, Object> shown = new LinkedHashMap<>();
        for (InFlight.Running each : inFlight.get().requests()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("start_time", each.since().toString());
            row.put("client_remote_address", each.address() + ":" + each.port());
            row.put("request_path", "/v1/" + each.path());
            row.put("request_method", each.operation());
            row.put("client_id", "");
            shown.put(each.id(), row);
        }
        return shown;
    }

    /** A cluster of one has one voter, who leads; there is no consensus, so the index of its configuration stays 0. */
    private Map<String, Object> voter() {
        Map<String, Object> voter = new LinkedHashMap<>();
        voter.put("node_id", HostInfo.name());
        voter.put("address", authority(facts.apiAddress()));
        voter.put("leader", true);
        voter.put("voter", true);
        voter.put("protocol_version", "3");
        return voter;
    }

    /** Host and port of a URL; empty when there is none. */
    private static String authority(String url) {
        String authority = url.isEmpty() ? null : URI.create(url).getRawAuthority();
        return authority == null ? "" : authority;
    }

    private Map<String, Object> node() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("hostname", HostInfo.name());
        node.put("api_address", facts.apiAddress());
        node.put("cluster_address", "");
        node.put("active_node", true);
        node.put("last_echo", null);
        node.put("version", product.version());
        return node;
    }
}
