package io.casemate.sys;

import io.casemate.core.ProductInfo;
import io.casemate.core.SealStatus;
import io.casemate.core.Unsealer;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code sys/health}, whose status code is what a load balancer looks at. */
public final class HealthEndpoints {
    private static final List<String> NEVER = List.of(
            "standbyok", "perfstandbyok", "standbycode", "drsecondarycode", "performancestandbycode", "removedcode");

    private final Unsealer unsealer;
    private final Supplier<Optional<String>> devices;
    private final ProductInfo product;
    private final InstantSource clock;
    private final HealthReport report;

    /** Tells of the seal alone. */
    public HealthEndpoints(
            Unsealer unsealer, Supplier<Optional<String>> devices, ProductInfo product, InstantSource clock) {
        this(unsealer, devices, HealthReport.none(), product, clock);
    }

    /**
     * The state of {@code unsealer}.
     *
     * @param devices what is wrong with the devices behind the seals, as seen last
     * @param report what else is told while unsealed
     */
    public HealthEndpoints(
            Unsealer unsealer,
            Supplier<Optional<String>> devices,
            HealthReport report,
            ProductInfo product,
            InstantSource clock) {
        this.unsealer = unsealer;
        this.devices = devices;
        this.report = report;
        this.product = product;
        this.clock = clock;
    }

    /** All of them; each must answer while sealed. */
    public List<Endpoint> whileSealed() {
        Endpoint.Builder health = Endpoint.at(
                        "health", "State for load balancers: 200, 503 sealed, 501 not initialised.")
                .access(Access.PUBLIC)
                .on(Operation.READ, exchange -> health(exchange.fields()));
        for (String code : List.of("activecode", "sealedcode", "uninitcode")) {
            health.field(code, Field.string("Another status code for that state."));
        }
        health.field("strict", Field.flag(false, "An unsealed server that is not well answers 503."));
        health.field("degradedcode", Field.string("Another status code for that; implies strict."));
        for (String other : NEVER) {
            health.field(other, Field.string("Taken for load balancers' sake; a single node is never in that state."));
        }
        return List.of(health.build());
    }

    private Response health(Fields fields) {
        SealStatus status = unsealer.status();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("initialized", status.initialized());
        members.put("sealed", status.sealed());
        members.put("standby", false);
        members.put("performance_standby", false);
        members.put("replication_performance_mode", "disabled");
        members.put("replication_dr_mode", "disabled");
        members.put("server_time_utc", clock.instant().getEpochSecond());
        members.put("version", product.version());
        members.put("casemate_version", product.own());
        if (!status.sealed()) {
            members.put("cluster_name", product.clusterName());
            members.put("cluster_id", status.clusterId());
        }
        Optional<String> seal = devices.get();
        DeviceMembers.put(members, status, seal);
        status.trouble().ifPresent(trouble -> members.put("seal_error", trouble.error()));
        boolean well = true;
        if (!status.sealed()) {
            HealthReport.Findings findings = report.now();
            members.putAll(findings.members());
            well = findings.healthy() && (seal.isEmpty() || !status.recoverySeal());
        }
        return Response.plain(members).status(code(status, well, fields));
    }

    private static int code(SealStatus status, boolean well, Fields fields) {
        if (!status.initialized()) {
            return chosen(fields, "uninitcode", 501);
        }
        if (status.sealed()) {
            return chosen(fields, "sealedcode", 503);
        }
        boolean strict = fields.flag("strict") || !fields.string("degradedcode").isBlank();
        int degraded = chosen(fields, "degradedcode", 503);
        return strict && !well ? degraded : chosen(fields, "activecode", 200);
    }

    private static int chosen(Fields fields, String name, int usual) {
        String sent = fields.string(name).strip();
        if (sent.isEmpty()) {
            return usual;
        }
        if (!sent.matches("[2-5][0-9]{2}")) {
            throw Fault.badRequest("field '" + name + "': expected a status code from 200 to 599");
        }
        return Integer.parseInt(sent);
    }
}
