package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * {@code sys/internal/counters/tokens}, {@code entities} and {@code requests}: how many tokens and entities there are, counted
 * when asked.
 */
public final class CounterEndpoints {
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
                Endpoint.at("internal/counters/requests", "Requests by month, which clients of old asked for.")
                        .on(Operation.READ, _ -> {
                            throw Fault.badRequest("requests are not counted by month: sys/metrics has"
                                    + " vault.core.handle_request");
                        })
                        .build(),
                counter("tokens", "service_tokens", "Service tokens that live.", tokens),
                counter("entities", "entities", "Entities that are known.", entities));
    }

    private static Endpoint counter(String name, String member, String synopsis, LongSupplier count) {
        return Endpoint.at("internal/counters/" + name, synopsis)
                .on(
                        Operation.READ,
                        _ -> Response.of(Map.of("counters", Map.of(member, Map.of("total", count.getAsLong())))))
                .build();
    }
}
