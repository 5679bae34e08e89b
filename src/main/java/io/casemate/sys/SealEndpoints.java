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
import io.casemate.seal.ShareText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code sys/seal-status}, {@code unseal}, {@code seal} and {@code leader}. */
public final class SealEndpoints {
    private final Unsealer unsealer;
    private final Supplier<Optional<String>> devices;
    private final ProductInfo product;
    private final HealthReport report;

    /** Tells of the seal alone. */
    public SealEndpoints(Unsealer unsealer, Supplier<Optional<String>> devices, ProductInfo product) {
        this(unsealer, devices, HealthReport.none(), product);
    }

    /**
     * The state of {@code unsealer}.
     *
     * @param devices what is wrong with the devices behind the seals, as seen last
     * @param report what else is told while unsealed
     */
    public SealEndpoints(
            Unsealer unsealer, Supplier<Optional<String>> devices, HealthReport report, ProductInfo product) {
        this.unsealer = unsealer;
        this.devices = devices;
        this.report = report;
        this.product = product;
    }

    /** Those that must answer while sealed; none of them is audited. */
    public List<Endpoint> whileSealed() {
        return List.of(status(), unseal(), leader());
    }

    /** Those that answer only while unsealed. */
    public List<Endpoint> whileUnsealed() {
        return List.of(Endpoint.at("seal", "Seals the server at once.")
                .access(Access.SUDO)
                .on(Operation.UPDATE, _ -> {
                    unsealer.seal();
                    return Response.none();
                })
                .build());
    }

    private Endpoint status() {
        return Endpoint.at("seal-status", "Whether the server is sealed, and why.")
                .access(Access.PUBLIC)
                .on(Operation.READ, _ -> Response.plain(members(unsealer.status())))
                .build();
    }

    private Endpoint unseal() {
        return Endpoint.at("unseal", "Takes one share of the unseal key, or with an auto seal of the recovery key.")
                .access(Access.PUBLIC)
                .field("key", Field.string("The share, in hexadecimal or base64."))
                .field("reset", Field.flag(false, "Forgets the shares given so far."))
                .field(
                        "migrate",
                        Field.flag(false, "The share is for the seal migration that the configuration asks for."))
                .field("emergency", Field.flag(false, "It is an emergency share, which unseals with every HSM away."))
                .on(Operation.UPDATE, exchange -> Response.plain(members(unseal(exchange.fields()))))
                .build();
    }

    private SealStatus unseal(Fields fields) {
        if (fields.flag("reset")) {
            return unsealer.reset();
        }
        if (fields.string("key").isEmpty()) {
            throw Fault.badRequest("'key' must be specified in request body as JSON, or 'reset' set to true");
        }
        return unsealer.offer(ShareText.parse(fields.string("key")), aim(fields));
    }

    private static Unsealer.Aim aim(Fields fields) {
        if (fields.flag("migrate") && fields.flag("emergency")) {
            throw Fault.badRequest("an emergency share does not migrate; give 'migrate' or 'emergency'");
        }
        if (fields.flag("migrate")) {
            return Unsealer.Aim.MIGRATE;
        }
        return fields.flag("emergency") ? Unsealer.Aim.EMERGENCY : Unsealer.Aim.UNSEAL;
    }

    private static Endpoint leader() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("ha_enabled", false);
        members.put("is_self", false);
        members.put("active_time", "0001-01-01T00:00:00Z");
        members.put("leader_address", "");
        members.put("leader_cluster_address", "");
        members.put("performance_standby", false);
        members.put("performance_standby_last_remote_wal", 0);
        return Endpoint.at("leader", "Which node leads; there is one node.")
                .access(Access.PUBLIC)
                .on(Operation.READ, _ -> Response.plain(members))
                .build();
    }

    private Map<String, Object> members(SealStatus status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", status.type());
        members.put("initialized", status.initialized());
        members.put("sealed", status.sealed());
        members.put("t", status.threshold());
        members.put("n", status.shares());
        members.put("progress", status.progress());
        members.put("nonce", status.nonce());
        members.put("version", product.version());
        members.put("casemate_version", product.own());
        members.put("build_date", product.buildDate());
        members.put("migration", status.migration());
        members.put("recovery_seal", status.recoverySeal());
        members.put("storage_type", product.storageType());
        if (!status.sealed()) {
            members.put("cluster_name", product.clusterName());
            members.put("cluster_id", status.clusterId());
        }
        members.put("emergency_seal", status.emergency().isPresent());
        status.emergency().ifPresent(emergency -> {
            members.put("emergency_t", emergency.threshold());
            members.put("emergency_n", emergency.shares());
        });
        DeviceMembers.put(members, status, devices.get());
        if (!status.sealed()) {
            members.putAll(report.now().members());
        }
        status.trouble().ifPresent(trouble -> {
            members.put("seal_error", trouble.error());
            members.put("seal_attempts", trouble.attempts());
            members.put(
                    "seal_next_attempt", trouble.next().map(Instant::toString).orElse(null));
        });
        return members;
    }
}
