package io.casemate.sys;

import io.casemate.audit.AuditBroker.DeviceState;
import io.casemate.audit.AuditDeviceConfig;
import io.casemate.audit.AuditTable;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/audit*} and {@code sys/audit-hash}: which devices record every request, and finding a value in them. */
public final class AuditEndpoints {
    private final AuditTable table;

    /** Serves {@code table}. */
    public AuditEndpoints(AuditTable table) {
        this.table = table;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("audit", "Lists the audit devices.")
                        .access(Endpoint.Access.SUDO)
                        .on(Operation.READ, exchange -> Response.doublePlaced(list()))
                        .build(),
                device(),
                Endpoint.at("audit-hash/{path...}", "Shows what a value looks like in the entries of a device.")
                        .field("path", Field.string("Where the device is enabled."))
                        .field("input", Field.string("The value."))
                        .on(Operation.UPDATE, this::hash)
                        .build());
    }

    private Endpoint device() {
        return Endpoint.at("audit/{path...}", "Enables or disables an audit device, or tells how it is.")
                .access(Endpoint.Access.SUDO)
                .field("path", Field.string("Its name."))
                .field("type", Field.string("Its type, such as file."))
                .field("description", Field.string("What it is for."))
                .field(
                        "options",
                        Field.stringMap("Options of its type, such as file_path=/var/log/casemate/audit.log."))
                .field("local", Field.flag(false, "Taken for clients; there is one server."))
                .on(Operation.READ, exchange -> state(exchange.fields().string("path")))
                .on(Operation.UPDATE, this::enable)
                .on(Operation.DELETE, exchange -> {
                    table.disable(exchange.fields().string("path"));
                    return Response.none();
                })
                .build();
    }

    private Response enable(Exchange exchange) {
        if (exchange.fields().string("type").isEmpty()) {
            throw Fault.badRequest("field 'type' is missing: name the type of device, such as file");
        }
        table.enable(new AuditDeviceConfig(
                exchange.fields().string("path"),
                exchange.fields().string("type"),
                exchange.fields().string("description"),
                exchange.fields().stringMap("options"),
                exchange.fields().flag("local")));
        return Response.none();
    }

    private Response hash(Exchange exchange) {
        String input = exchange.fields().string("input");
        if (input.isEmpty()) {
            throw Fault.badRequest("field 'input' is missing: the value to hash");
        }
        String hash = table.hash(exchange.fields().string("path"), input)
                .orElseThrow(() -> Fault.badRequest("unknown audit backend: no device is enabled at this path"));
        return Response.doublePlaced(Map.of("hash", hash));
    }

    private Map<String, Object> list() {
        Map<String, Object> shown = new LinkedHashMap<>();
        table.list().forEach(each -> shown.put(each.path(), members(each)));
        return shown;
    }

    private static Map<String, Object> members(AuditDeviceConfig config) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", config.type());
        members.put("description", config.description());
        members.put("options", config.options());
        members.put("path", config.path());
        members.put("local", config.local());
        return members;
    }

    /** What health does not tell strangers. */
    private Response state(String path) {
        DeviceState state = table.state(path).orElseThrow(Fault::notFound);
        Map<String, Object> members = table.list().stream()
                .filter(each -> each.path().equals(state.path()))
                .findFirst()
                .map(AuditEndpoints::members)
                .orElseThrow(Fault::notFound);
        members.put("healthy", state.failingSince().isEmpty());
        state.failingSince().ifPresent(since -> {
            members.put("failing_since", since.toString());
            members.put("error", state.reason());
        });
        members.put("missed_entries", state.lost());
        members.put("warning", state.alarm());
        return Response.of(members);
    }
}
