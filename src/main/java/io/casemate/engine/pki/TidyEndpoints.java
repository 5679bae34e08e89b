package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.engine.pki.tidy.TidyStatus;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deleting what has ended: by hand; {@code config/auto-tidy} is among the other settings. */
final class TidyEndpoints {
    private static final List<String> COUNTS = List.of(
            "cert_store_deleted_count",
            "revoked_cert_deleted_count",
            "missing_issuer_cert_count",
            "total_acme_account_count",
            "acme_account_deleted_count",
            "acme_account_revoked_count",
            "acme_orders_deleted_count");

    /** What the API counts and there is nothing of here. */
    private static final List<String> NOTHING_OF = List.of(
            "revocation_queue_deleted_count",
            "cross_revoked_cert_deleted_count",
            "cert_metadata_deleted_count",
            "cmpv2_nonce_deleted_count");

    private final Authority authority;

    TidyEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("tidy", "Deletes what has ended, in the background.")
                        .fields(TidyPlan.FIELDS)
                        .on(Operation.UPDATE, this::start)
                        .build(),
                at("tidy-status", "How the last tidy stands.")
                        .on(Operation.READ, exchange -> Response.of(status()))
                        .build(),
                at("tidy-cancel", "Ends the tidy under way.")
                        .on(Operation.UPDATE, this::cancel)
                        .build());
    }

    private Response start(Exchange exchange) {
        Map<String, Object> values = FieldValues.all(TidyPlan.FIELDS, exchange.fields());
        TidyPlan.check(values);
        if (!TidyPlan.of(values).anything()) {
            return Response.none()
                    .status(202)
                    .warning("Nothing is tidied: no tidy operation is requested, set one of " + TidyPlan.tasks() + ".");
        }
        return authority.tidying().start(values)
                ? Response.none().status(202).warning("Tidy operation successfully started; see tidy-status.")
                : Response.none().warning("Tidy operation already in progress.");
    }

    private Response cancel(Exchange exchange) {
        boolean cancelled = authority.tidying().cancel();
        Response answer = Response.of(status());
        return cancelled ? answer : answer.warning("Tidy operation cannot be cancelled as none is currently running.");
    }

    private Map<String, Object> status() {
        TidyStatus status = authority.tidying().status();
        boolean any = status.state() != TidyStatus.State.INACTIVE;
        Map<String, Object> data = new LinkedHashMap<>();
        TidyPlan.FIELDS
                .keySet()
                .forEach(name -> data.put(name, any ? status.plan().get(name) : null));
        data.put("state", status.state().word());
        data.put("error", status.error().isEmpty() ? null : status.error());
        data.put("message", status.state() == TidyStatus.State.RUNNING ? "Tidying " + status.task() : null);
        data.put("time_started", any ? status.started().toString() : null);
        data.put("time_finished", text(status.finished()));
        data.put("last_auto_tidy_finished", text(status.lastAutomatic()));
        COUNTS.forEach(name -> data.put(name, any ? (Object) status.counts().getOrDefault(name, 0L) : null));
        NOTHING_OF.forEach(name -> data.put(name, any ? (Object) 0L : null));
        data.put("current_cert_store_count", null);
        data.put("current_revoked_cert_count", null);
        data.put("internal_backend_uuid", authority.context().mountId());
        return data;
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse(null);
    }
}
