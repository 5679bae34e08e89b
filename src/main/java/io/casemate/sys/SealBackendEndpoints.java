package io.casemate.sys;

import io.casemate.core.SealHealth;
import io.casemate.core.SealWatch;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sys/seal-backend-status}: each seal's health, for monitoring; never logs in and asks no device. */
public final class SealBackendEndpoints {
    private final SealWatch watch;

    public SealBackendEndpoints(SealWatch watch) {
        this.watch = watch;
    }

    /** All of them; each must answer while sealed. */
    public List<Endpoint> whileSealed() {
        return List.of(Endpoint.at("seal-backend-status", "How each seal is, as seen last.")
                .access(Access.PUBLIC)
                .on(Operation.READ, _ -> Response.plain(members(watch.health())))
                .build());
    }

    private static Map<String, Object> members(SealHealth health) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("healthy", health.healthy());
        since(members, health.unhealthySince());
        members.put("fully_wrapped", health.fullyWrapped());
        if (!health.storeProblem().isEmpty()) {
            members.put("store_problem", health.storeProblem());
        }
        health.quorum().ifPresent(quorum -> {
            members.put("quorum", quorum.needed());
            members.put("quorum_configured", quorum.wanted());
            members.put("quorum_seals", quorum.holders());
            members.put("quorum_healthy", quorum.able());
            quorum.warning().ifPresent(warning -> members.put("warning", warning));
        });
        members.put(
                "backends",
                health.backends().stream().map(SealBackendEndpoints::members).toList());
        return members;
    }

    private static Map<String, Object> members(SealHealth.Backend backend) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", backend.name());
        members.put("type", backend.type());
        members.put("configured", true);
        members.put("disabled", backend.disabled());
        members.put("wrapped", backend.wrapped());
        members.put("healthy", backend.healthy());
        since(members, backend.unhealthySince());
        if (!backend.problem().isEmpty()) {
            members.put("problem", backend.problem());
        }
        return members;
    }

    private static void since(Map<String, Object> members, Optional<Instant> instant) {
        instant.ifPresent(since -> members.put(
                "unhealthy_since", since.truncatedTo(ChronoUnit.SECONDS).toString()));
    }
}
