package io.casemate.policy;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Identity;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Callers and requests for tests of the rules. */
final class Asking {
    private Asking() {}

    static Caller holding(String... policies) {
        return new Caller(
                "accessor",
                "key",
                "token",
                "",
                Set.of(policies),
                Map.of(),
                Caller.TokenKind.SERVICE,
                0,
                Duration.ofHours(1),
                Instant.EPOCH,
                Identity.NONE);
    }

    static Request to(Operation operation, String path) {
        return to(operation, path, Map.of());
    }

    static Request to(Operation operation, String path, Map<String, Object> data) {
        return Requests.of(operation, path, data);
    }

    static Request wrapped(Request request, Duration ttl) {
        return new Request(
                request.id(),
                request.namespace(),
                request.operation(),
                request.path(),
                request.data(),
                request.token(),
                Optional.of(ttl),
                request.peer());
    }
}
