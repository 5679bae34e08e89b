package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;

/**
 * {@code sys/replication/*}: there is none. Clients that look whether they may write here, or which of several servers they
 * talk to, ask without a token.
 */
public final class ReplicationEndpoints {
    private static final Map<String, Object> DISABLED = Map.of("mode", "disabled");

    private ReplicationEndpoints() {}

    /** Patterns relative to {@code sys/}. */
    public static List<Endpoint> endpoints() {
        return List.of(
                status("", Map.of("mode", "disabled", "dr", DISABLED, "performance", DISABLED)),
                status("dr/", DISABLED),
                status("performance/", DISABLED));
    }

    private static Endpoint status(String kind, Map<String, Object> answer) {
        return Endpoint.at("replication/" + kind + "status", "Tells that nothing is replicated.")
                .access(Access.PUBLIC)
                .on(Operation.READ, _ -> Response.of(answer))
                .build();
    }
}
