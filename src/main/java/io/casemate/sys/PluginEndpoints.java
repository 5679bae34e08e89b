package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code sys/plugins/*}: what is built in. Nothing can be added: every engine is part of the signed product. */
public final class PluginEndpoints {
    private final TreeMap<String, Set<String>> types = new TreeMap<>();
    private final String version;

    /**
     * Lists these.
     *
     * @param secret types of secrets engines
     * @param auth types of auth methods
     * @param version of the product: its parts have no other
     */
    public PluginEndpoints(Set<String> secret, Set<String> auth, String version) {
        types.put("auth", new TreeSet<>(auth));
        types.put("database", Set.of());
        types.put("secret", new TreeSet<>(secret));
        this.version = "v" + version + "+builtin";
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("plugins/catalog", "Lists what is built in.")
                        .on(Operation.READ, _ -> Response.of(all()))
                        .on(Operation.LIST, _ -> Response.of(all()))
                        .build(),
                Endpoint.at("plugins/catalog/{type}", "Lists what is built in of one type.")
                        .access(Access.SUDO)
                        .field("type", Field.string("auth, database or secret."))
                        .on(
                                Operation.LIST,
                                exchange -> Response.keys(
                                        List.copyOf(names(exchange.fields().string("type")))))
                        .build(),
                Endpoint.at("plugins/catalog/{type}/{name}", "Shows what is built in.")
                        .access(Access.SUDO)
                        .on(
                                Operation.READ,
                                exchange -> one(
                                        exchange.fields().string("type"),
                                        exchange.fields().string("name")))
                        .on(Operation.UPDATE, _ -> refused())
                        .on(Operation.DELETE, _ -> refused())
                        .build(),
                Endpoint.at("plugins/reload/backend", "Reloads plugins, of which there are none.")
                        .field("plugin", Field.string("An engine's or auth method's type."))
                        .field("mounts", Field.strings("Paths of mounts."))
                        .field("scope", Field.string("Taken for clients; there is one server."))
                        .on(Operation.UPDATE, exchange -> reload(exchange.fields()))
                        .build());
    }

    private Response reload(Fields fields) {
        String plugin = fields.string("plugin");
        if (plugin.isEmpty() == fields.strings("mounts").isEmpty()) {
            throw Fault.badRequest("expected one of 'plugin' and 'mounts'");
        }
        if (!plugin.isEmpty() && types.values().stream().noneMatch(names -> names.contains(plugin))) {
            throw Fault.badRequest("field 'plugin': nothing of the type \"" + plugin + "\" is built in");
        }
        return Response.none().warning("nothing was reloaded: engines and auth methods are built in");
    }

    private Map<String, Object> all() {
        Map<String, Object> shown = new LinkedHashMap<>();
        List<Object> detailed = new ArrayList<>();
        types.forEach((type, names) -> {
            shown.put(type, List.copyOf(names));
            names.forEach(name -> detailed.add(row(type, name)));
        });
        shown.put("detailed", detailed);
        return shown;
    }

    private Map<String, Object> row(String type, String name) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("builtin", true);
        row.put("deprecation_status", "supported");
        row.put("name", name);
        row.put("type", type);
        row.put("version", version);
        return row;
    }

    private Response one(String type, String name) {
        if (!names(type).contains(name)) {
            throw Fault.notFound();
        }
        Map<String, Object> shown = row(type, name);
        shown.put("args", List.of());
        shown.put("command", "");
        shown.put("sha256", "");
        return Response.of(shown);
    }

    private Set<String> names(String type) {
        Set<String> names = types.get(type);
        if (names == null) {
            throw Fault.badRequest("field 'type': expected one of " + types.keySet());
        }
        return names;
    }

    private static Response refused() {
        throw Fault.badRequest("the catalog cannot be changed: what there is, is built in");
    }
}
