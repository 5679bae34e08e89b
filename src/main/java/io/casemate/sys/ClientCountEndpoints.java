package io.casemate.sys;

import io.casemate.core.request.ActiveClients;
import io.casemate.core.request.ClientLedger;
import io.casemate.core.request.ClientLedger.Count;
import io.casemate.core.request.ClientLedger.Report;
import io.casemate.core.request.ClientLedger.Terms;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/internal/counters/config}, {@code activity} and {@code activity/monthly}: how many clients use the server. */
public final class ClientCountEndpoints {
    private static final int MOST_MONTHS = 60;

    private final ActiveClients clients;
    private final InstantSource clock;

    /** Counts {@code clients}. */
    public ClientCountEndpoints(ActiveClients clients, InstantSource clock) {
        this.clients = clients;
        this.clock = clock;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("internal/counters/config", "Whether clients are counted by month.")
                        .field("enabled", Field.string("enable, disable, or default, which is disabled."))
                        .field("retention_months", Field.integer(0, "Months that are kept, up to " + MOST_MONTHS + "."))
                        .field("default_report_months", Field.integer(0, "Months of a report without a time."))
                        .on(
                                Operation.READ,
                                _ -> Response.of(shown(clients.ledger().terms())))
                        .on(Operation.UPDATE, exchange -> configure(exchange.fields()))
                        .build(),
                Endpoint.at("internal/counters/activity", "Clients that were active in some months.")
                        .field("start_time", Field.string("In the first month: RFC 3339, or seconds since 1970."))
                        .field("end_time", Field.string("In the last month; this month when absent."))
                        .field("limit_namespaces", Field.integer(0, "Taken for clients."))
                        .field("current_billing_period", Field.flag(false, "Taken for clients."))
                        .on(Operation.READ, exchange -> activity(exchange.fields()))
                        .build(),
                Endpoint.at("internal/counters/activity/monthly", "Clients that were active this month.")
                        .on(Operation.READ, _ -> monthly())
                        .build());
    }

    private Response configure(Fields fields) {
        Terms before = clients.ledger().terms();
        String enabled = fields.string("enabled");
        if (!List.of("", "default", "enable", "disable").contains(enabled)) {
            throw Fault.badRequest("field 'enabled': expected enable, disable or default, not \"" + enabled + "\"");
        }
        clients.set(new Terms(
                enabled.isEmpty() ? before.enabled() : enabled.equals("enable"),
                enabled.isEmpty() ? before.chosen() : !enabled.equals("default"),
                months(fields, "retention_months", before.retention()),
                months(fields, "default_report_months", before.report())));
        return Response.none();
    }

    private static int months(Fields fields, String name, int before) {
        if (!fields.has(name)) {
            return before;
        }
        if (fields.integer(name) < 1 || fields.integer(name) > MOST_MONTHS) {
            throw Fault.badRequest("field '" + name + "': expected 1 to " + MOST_MONTHS);
        }
        return (int) fields.integer(name);
    }

    private Map<String, Object> shown(Terms terms) {
        String state = terms.enabled() ? "enable" : "disable";
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("enabled", terms.chosen() ? state : "default-disabled");
        data.put("queries_available", !clients.ledger().empty());
        data.put("retention_months", terms.retention());
        data.put("default_report_months", terms.report());
        data.put("reporting_enabled", false);
        return data;
    }

    private Response activity(Fields fields) {
        YearMonth last = month(fields, "end_time", now());
        YearMonth first = month(
                fields, "start_time", last.minusMonths(clients.ledger().terms().report() - 1L));
        if (first.isAfter(last)) {
            throw Fault.badRequest("field 'start_time': is later than end_time");
        }
        clients.flush();
        Report report = clients.ledger().report(first, last);
        if (report.active().isEmpty()) {
            return Response.none();
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("start_time", ClientLedger.begin(first).toString());
        data.put(
                "end_time",
                ClientLedger.begin(last.plusMonths(1)).minusSeconds(1).toString());
        data.put("total", counts(report.total()));
        data.put("by_namespace", namespaces(report.total()));
        data.put("months", months(report));
        return Response.of(data);
    }

    private Response monthly() {
        clients.flush();
        Report report = clients.ledger().report(now(), now());
        Map<String, Object> data = counts(report.total());
        data.put("by_namespace", namespaces(report.total()));
        data.put("months", months(report));
        return Response.of(data);
    }

    private static List<Object> months(Report report) {
        return report.active().keySet().stream()
                .map(month -> month(month, report))
                .toList();
    }

    private static Object month(YearMonth month, Report report) {
        Count active = report.active().get(month);
        Count arrived = report.arrived().getOrDefault(month, Count.NONE);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("timestamp", ClientLedger.begin(month).toString());
        shown.put("counts", counts(active));
        shown.put("namespaces", namespaces(active));
        shown.put("new_clients", Map.of("counts", counts(arrived), "namespaces", namespaces(arrived)));
        return shown;
    }

    private static List<Object> namespaces(Count count) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("namespace_id", "root");
        root.put("namespace_path", "");
        root.put("counts", counts(count));
        root.put("mounts", List.of());
        return List.of(root);
    }

    /** Under the names of today and those of old. */
    private static Map<String, Object> counts(Count count) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("distinct_entities", count.entities());
        shown.put("entity_clients", count.entities());
        shown.put("non_entity_tokens", count.tokens());
        shown.put("non_entity_clients", count.tokens());
        shown.put("secret_syncs", 0);
        shown.put("acme_clients", 0);
        shown.put("clients", count.entities() + count.tokens());
        return shown;
    }

    private static YearMonth month(Fields fields, String name, YearMonth usual) {
        String sent = fields.string(name);
        if (sent.isEmpty()) {
            return usual;
        }
        try {
            return ClientLedger.month(
                    sent.matches("\\d{1,12}")
                            ? Instant.ofEpochSecond(Long.parseLong(sent))
                            : OffsetDateTime.parse(sent).toInstant());
        } catch (DateTimeException e) {
            throw new Fault.BadRequest(List.of("field '" + name + "': expected a time such as 2026-01-01T00:00:00Z"))
                    .causedBy(e);
        }
    }

    private YearMonth now() {
        return ClientLedger.month(clock.instant());
    }
}
