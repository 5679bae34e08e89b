package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** {@code sys/internal/counters/*}: how many tokens and entities there are. Counted when asked. */
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
