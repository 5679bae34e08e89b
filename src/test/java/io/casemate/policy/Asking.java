package io.casemate.policy;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Callers;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Callers and requests for tests of the rules. */
final class Asking {
    private Asking() {}

    static Caller holding(String... policies) {
        return Callers.holding(policies);
    }

    static Request to(Operation operation, String path) {
        return to(operation, path, Map.of());
    }

    static Request to(Operation operation, String path, Map<String, Object> data) {
        return Requests.of(operation, path, data);
    }

    static Request wrapped(Request request, Duration ttl) {
        return Requests.wrapped(Optional.of(ttl), request);
    }
}
