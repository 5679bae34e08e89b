package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.metrics.Meters;
import java.time.InstantSource;
import java.util.List;

/** {@code sys/metrics}: what the server counts and measures of itself, as JSON or for Prometheus. */
public final class MetricsEndpoints {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Meters meters;
    private final boolean open;
    private final InstantSource clock;

    /** @param open whether a collector needs no token; then it answers while sealed too */
    public MetricsEndpoints(Meters meters, boolean open, InstantSource clock) {
        this.meters = meters;
        this.open = open;
        this.clock = clock;
    }

    /** For callers with a token; none when nobody needs one. */
    public List<Endpoint> whileUnsealed() {
        return open ? List.of() : List.of(metrics(Access.TOKEN));
    }

    /** For everybody; none when a token is needed. */
    public List<Endpoint> whileSealed() {
        return open ? List.of(metrics(Access.PUBLIC)) : List.of();
    }

    private Endpoint metrics(Access access) {
        return Endpoint.at("metrics", "Numbers for monitoring.")
                .access(access)
                .field("format", Field.string("prometheus for its text format; JSON when absent."))
                .on(Operation.READ, exchange -> answer(exchange.fields().string("format")))
                .build();
    }

    private Response answer(String format) {
        return switch (format) {
            case "" -> Response.plain(meters.json(clock.instant()));
            case "prometheus" -> Response.raw(PROMETHEUS, meters.text());
            default -> throw Fault.badRequest("parameter 'format': expected prometheus, or nothing for JSON");
        };
    }
}
