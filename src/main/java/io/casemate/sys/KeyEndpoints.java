package io.casemate.sys;

import io.casemate.barrier.Barrier;
import io.casemate.barrier.KeyStatus;
import io.casemate.barrier.RotationPolicy;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/key-status} and {@code sys/rotate}: the barrier's data keys. */
public final class KeyEndpoints {
    private final Barrier barrier;

    public KeyEndpoints(Barrier barrier) {
        this.barrier = barrier;
    }

    /** All of them; none answers while sealed. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("key-status", "The barrier's active key.")
                        .on(Operation.READ, _ -> Response.doublePlaced(status()))
                        .build(),
                rotate("rotate"),
                rotate("rotate/keyring"),
                configuration("rotate/config"),
                configuration("rotate/keyring/config"));
    }

    private Endpoint rotate(String pattern) {
        return Endpoint.at(pattern, "Makes a new key for all writes from now on; what is stored stays readable.")
                .access(Access.SUDO)
                .on(Operation.UPDATE, _ -> {
                    barrier.rotate();
                    return Response.none();
                })
                .build();
    }

    private Endpoint configuration(String pattern) {
        return Endpoint.at(pattern, "When the barrier makes a new key by itself.")
                .field("max_operations", Field.integer(0, "Most values encrypted under one key."))
                .field("interval", Field.duration("Longest use of one key, 24 hours or more; 0 for no limit."))
                .field("enabled", Field.flag(true, "Off leaves the hard limit only."))
                .on(Operation.READ, _ -> Response.of(configuration()))
                .on(Operation.UPDATE, exchange -> {
                    configure(exchange.fields());
                    return Response.none();
                })
                .build();
    }

    private Map<String, Object> status() {
        KeyStatus status = barrier.keyStatus();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("term", status.term());
        members.put("install_time", status.installed().toString());
        members.put("encryptions", status.encryptions());
        return members;
    }

    private Map<String, Object> configuration() {
        RotationPolicy policy = barrier.rotationPolicy();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("max_operations", policy.maxOperations());
        members.put("interval", policy.interval().toSeconds());
        members.put("enabled", policy.enabled());
        return members;
    }

    /** What was not sent stays as it is. */
    private void configure(Fields fields) {
        RotationPolicy now = barrier.rotationPolicy();
        long most = fields.has("max_operations") ? fields.integer("max_operations") : now.maxOperations();
        Duration interval = fields.has("interval") ? fields.duration("interval") : now.interval();
        boolean enabled = fields.has("enabled") ? fields.flag("enabled") : now.enabled();
        barrier.rotationPolicy(new RotationPolicy(most, interval, enabled));
    }
}
