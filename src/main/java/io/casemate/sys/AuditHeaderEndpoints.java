package io.casemate.sys;

import io.casemate.audit.AuditTable;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code sys/config/auditing/request-headers*}: which headers of requests stand in audit entries, and whether hashed. */
public final class AuditHeaderEndpoints {
    private final AuditTable table;

    /** Serves the headers of {@code table}. */
    public AuditHeaderEndpoints(AuditTable table) {
        this.table = table;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("config/auditing/request-headers", "Lists the request headers that audit entries show.")
                        .access(Access.SUDO)
                        .on(Operation.READ, _ -> Response.doublePlaced(Map.of("headers", all())))
                        .build(),
                Endpoint.at(
                                "config/auditing/request-headers/{header}",
                                "Shows a request header in audit entries, or not.")
                        .access(Access.SUDO)
                        .field("header", Field.string("The header's name."))
                        .field("hmac", Field.flag(false, "Whether its value is hashed."))
                        .on(Operation.READ, exchange -> one(exchange.fields().string("header")))
                        .on(Operation.UPDATE, exchange -> {
                            table.auditHeader(
                                    exchange.fields().string("header"),
                                    exchange.fields().flag("hmac"));
                            return Response.none();
                        })
                        .on(Operation.DELETE, exchange -> {
                            table.forgetHeader(exchange.fields().string("header"));
                            return Response.none();
                        })
                        .build());
    }

    private Map<String, Object> all() {
        Map<String, Object> shown = new LinkedHashMap<>();
        table.headers().forEach((name, hashed) -> shown.put(name, Map.of("hmac", hashed)));
        return shown;
    }

    private Response one(String name) {
        Boolean hashed = table.headers().get(name.strip().toLowerCase(Locale.ROOT));
        if (hashed == null) {
            throw Fault.badRequest("this header is not audited");
        }
        return Response.doublePlaced(Map.of(name, Map.of("hmac", hashed)));
    }
}
