package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * {@code sys/internal/counters/*}: how many tokens and entities there are, counted when asked. Clients are not counted by month,
 * as there is nobody to bill: what asks for that is told so in the words of a server on which it is switched off.
 */
public final class CounterEndpoints {
    private static final Map<String, Object> NOT_COUNTED = Map.of(
            "enabled",
            "default-disabled",
            "queries_available",
            false,
            "retention_months",
            0,
            "default_report_months",
            12,
            "reporting_enabled",
            false);

    private final LongSupplier tokens;
    private final LongSupplier entities;

    /** Asks these. */
    public CounterEndpoints(LongSupplier tokens, LongSupplier entities) {
        this.tokens = tokens;
        this.entities = entities;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("internal/counters/config", "How clients are counted by month: they are not.")
                        .field("enabled", Field.string("default or disable; enable is refused."))
                        .field("retention_months", Field.integer(0, "Taken for clients."))
                        .field("default_report_months", Field.integer(0, "Taken for clients."))
                        .on(Operation.READ, _ -> Response.of(NOT_COUNTED))
                        .on(
                                Operation.UPDATE,
                                exchange -> configure(exchange.fields().string("enabled")))
                        .build(),
                nothing("activity", "Clients that were active: none are counted."),
                nothing("activity/monthly", "Clients that were active this month: none are counted."),
                Endpoint.at("internal/counters/requests", "Requests by month, which clients of old asked for.")
                        .on(Operation.READ, _ -> {
                            throw Fault.badRequest("requests are not counted by month: sys/metrics has"
                                    + " vault.core.handle_request");
                        })
                        .build(),
                counter("tokens", "service_tokens", "Service tokens that live.", tokens),
                counter("entities", "entities", "Entities that are known.", entities));
    }

    private static Response configure(String enabled) {
        if (!List.of("", "default", "disable").contains(enabled)) {
            throw Fault.badRequest("field 'enabled': this server does not count clients; expected default or disable");
        }
        return Response.none();
    }

    private static Endpoint nothing(String name, String synopsis) {
        return Endpoint.at("internal/counters/" + name, synopsis)
                .field("start_time", Field.string("Taken for clients."))
                .field("end_time", Field.string("Taken for clients."))
                .field("limit_namespaces", Field.integer(0, "Taken for clients."))
                .field("current_billing_period", Field.flag(false, "Taken for clients."))
                .on(Operation.READ, _ -> Response.none())
                .build();
    }

    private static Endpoint counter(String name, String member, String synopsis, LongSupplier count) {
        return Endpoint.at("internal/counters/" + name, synopsis)
                .on(
                        Operation.READ,
                        _ -> Response.of(Map.of("counters", Map.of(member, Map.of("total", count.getAsLong())))))
                .build();
    }
}
