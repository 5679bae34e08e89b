package io.casemate.sys;

import io.casemate.auth.AuthMethod;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import io.casemate.quota.Limit;
import io.casemate.quota.Limit.Leases;
import io.casemate.quota.Limit.Rate;
import io.casemate.quota.Quota;
import io.casemate.quota.QuotaConfig;
import io.casemate.quota.Quotas;
import io.casemate.quota.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sys/quotas/*}: how often clients may ask, and how many leases there may be. */
public final class QuotaEndpoints {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000L);

    private final Quotas quotas;
    private final Mounts mounts;

    /** Serves {@code quotas} on {@code mounts}. */
    public QuotaEndpoints(Quotas quotas, Mounts mounts) {
        this.quotas = quotas;
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(config(), list(Rate.TYPE), rate(), list(Leases.TYPE), leases());
    }

    private Endpoint config() {
        return Endpoint.at("quotas/config", "Shows or sets what holds for all rate limits.")
                .field("rate_limit_exempt_paths", Field.strings("Paths that no rate limit counts; may end with *."))
                .field("enable_rate_limit_audit_logging", Field.flag(false, "Rejections go to the audit devices."))
                .field("enable_rate_limit_response_headers", Field.flag(false, "Answers tell of the limit."))
                .on(Operation.READ, exchange -> Response.of(shown(quotas.config())))
                .on(Operation.UPDATE, this::configure)
                .build();
    }

    private Endpoint list(String type) {
        return Endpoint.at("quotas/" + type, "Lists the quotas of this kind.")
                .on(
                        Operation.LIST,
                        exchange -> Response.keys(
                                quotas.all(type).stream().map(Quota::name).toList()))
                .build();
    }

    private Endpoint rate() {
        return quota(Rate.TYPE, "A limit on the requests of each client.")
                .field("rate", Field.string("Requests in an interval; must be positive."))
                .field("interval", Field.duration("Default one second."))
                .field("block_interval", Field.duration("So long a client that asked for more is refused everything."))
                .on(Operation.UPDATE, exchange -> write(exchange, rate(exchange.fields())))
                .build();
    }

    private Endpoint leases() {
        return quota(Leases.TYPE, "A limit on the number of leases, tokens that end included.")
                .field("max_leases", Field.integer(0, "So many at a time; must be positive."))
                .on(Operation.UPDATE, exchange -> write(exchange, count(exchange.fields())))
                .build();
    }

    private Endpoint.Builder quota(String type, String synopsis) {
        return Endpoint.at("quotas/" + type + "/{name}", synopsis)
                .field("type", Field.string("Taken for clients; the path says it."))
                .field(
                        "path",
                        Field.string("A mount, with more of a path if wanted, which may end with *; empty for all."))
                .field("role", Field.string("Logins by this role; the path is an auth method then."))
                .field("inheritable", Field.flag(false, "Kept for clients; there are no child namespaces."))
                .on(Operation.READ, exchange -> Response.of(shown(existing(type, exchange))))
                .on(Operation.DELETE, exchange -> {
                    quotas.delete(type, exchange.fields().string("name"));
                    return Response.none();
                });
    }

    private Response configure(Exchange exchange) {
        Fields fields = exchange.fields();
        quotas.configure(new QuotaConfig(
                fields.strings("rate_limit_exempt_paths"),
                fields.flag("enable_rate_limit_audit_logging"),
                fields.flag("enable_rate_limit_response_headers")));
        return Response.none();
    }

    private Response write(Exchange exchange, Limit limit) {
        Fields fields = exchange.fields();
        Scope scope = scope(fields.string("path"), fields.string("role"));
        boolean inheritable = fields.has("inheritable") ? fields.flag("inheritable") : scope.equals(Scope.GLOBAL);
        quotas.write(new Quota(fields.string("name"), scope, limit, inheritable));
        return Response.none();
    }

    private Scope scope(String sent, String role) {
        String path = sent.strip();
        path = path.startsWith("/") ? path.substring(1) : path;
        if (path.isEmpty()) {
            if (!role.isEmpty()) {
                throw Fault.badRequest("field 'role': needs the path of an auth method");
            }
            return Scope.GLOBAL;
        }
        String wanted = path;
        Mounted mounted = mounts.at(new ApiPath(wanted))
                .orElseThrow(() -> Fault.badRequest("invalid mount path \"" + wanted + "\""));
        String mount = mounted.entry().path();
        String below = wanted.length() <= mount.length() ? "" : wanted.substring(mount.length());
        String suffix = below.endsWith("/") ? below.substring(0, below.length() - 1) : below;
        if (suffix.indexOf('*') >= 0 && suffix.indexOf('*') < suffix.length() - 1) {
            throw Fault.badRequest("field 'path': * may stand at the end only");
        }
        checkRole(mounted, suffix, role);
        return new Scope(mounted.entry().uuid(), suffix, role);
    }

    private static void checkRole(Mounted mounted, String suffix, String role) {
        if (role.isEmpty()) {
            return;
        }
        if (!suffix.isEmpty()) {
            throw Fault.badRequest(
                    "Quotas cannot contain both a path suffix and a role. If a role is provided, path must"
                            + " be a valid auth mount with a concept of roles");
        }
        if (mounted.method().flatMap(AuthMethod::claimedRole).isEmpty()) {
            throw Fault.badRequest(
                    "Mount path \"" + mounted.entry().path() + "\" does not support use with role-based quotas");
        }
    }

    private static Rate rate(Fields fields) {
        Duration interval = fields.duration("interval");
        Duration block = fields.duration("block_interval");
        if (interval.isNegative() || block.isNegative()) {
            throw Fault.badRequest("field 'interval' or 'block_interval': cannot be negative");
        }
        return new Rate(
                number(fields.string("rate")), whole(interval.isZero() ? Duration.ofSeconds(1) : interval), block);
    }

    private static Duration whole(Duration interval) {
        return Duration.ofSeconds(Math.max(1, interval.toSeconds()));
    }

    private static BigDecimal number(String sent) {
        try {
            BigDecimal rate = new BigDecimal(sent.strip());
            if (rate.signum() > 0 && rate.scale() <= 9 && rate.compareTo(MOST) <= 0) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Fault.badRequest("'rate' is invalid: expected a positive number, at most " + MOST);
    }

    private static Leases count(Fields fields) {
        if (fields.integer("max_leases") <= 0) {
            throw Fault.badRequest("'max_leases' is invalid: expected a positive whole number");
        }
        return new Leases(fields.integer("max_leases"));
    }

    private Quota existing(String type, Exchange exchange) {
        String name = exchange.fields().string("name");
        return quotas.all(type).stream()
                .filter(quota -> quota.name().equals(name))
                .findFirst()
                .orElseThrow(Fault::notFound);
    }

    private Map<String, Object> shown(Quota quota) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("type", quota.limit().type());
        data.put("name", quota.name());
        data.put("path", path(quota.scope()));
        data.put("role", quota.scope().role());
        data.put("inheritable", quota.inheritable());
        switch (quota.limit()) {
            case Rate rate -> {
                data.put("rate", rate.rate());
                data.put("interval", rate.interval().toSeconds());
                data.put("block_interval", rate.block().toSeconds());
            }
            case Leases(long max) -> {
                data.put("max_leases", max);
                data.put("counter", quotas.leases(quota.scope()));
            }
        }
        return data;
    }

    private String path(Scope scope) {
        Optional<Mounted> mounted = mounts.byId(scope.mount());
        return mounted.map(there -> there.entry().path()).orElse("") + scope.suffix();
    }

    private static Map<String, Object> shown(QuotaConfig config) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("enable_rate_limit_audit_logging", config.audit());
        data.put("enable_rate_limit_response_headers", config.headers());
        data.put("rate_limit_exempt_paths", config.exempt());
        return data;
    }
}
