package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountEntry;
import io.casemate.mount.MountFlags;
import io.casemate.mount.MountPaths;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** {@code sys/mounts*} (engines) and {@code sys/auth*} (auth methods): what is mounted, and changing it. */
public final class MountEndpoints {
    private static final String AUTH = "auth/";
    private static final Map<String, Field> TUNING = Map.ofEntries(
            Map.entry(
                    "default_lease_ttl",
                    Field.any("Life given when none is asked for; \"system\" for the server's own.")),
            Map.entry("max_lease_ttl", Field.any("Longest life that can be given; \"system\" for the server's own.")),
            Map.entry("description", Field.string("What the mount is for.")),
            Map.entry("options", Field.stringMap("The engine's own options, such as version=2.")),
            Map.entry("force_no_cache", Field.any("Kept for clients; the barrier's cache never shows stale data.")),
            Map.entry("audit_non_hmac_request_keys", Field.any("Request members that audit shows in clear.")),
            Map.entry("audit_non_hmac_response_keys", Field.any("Response members that audit shows in clear.")),
            Map.entry(
                    "listing_visibility",
                    Field.any("Whether the mount shows in the list that needs no token: unauth or hidden.")),
            Map.entry("passthrough_request_headers", Field.any("Request headers handed to the engine.")),
            Map.entry("allowed_response_headers", Field.any("Response headers the engine may set.")),
            Map.entry("allowed_managed_keys", Field.any("Registered keys of the HSM that the engine may use.")));

    /** What clients look for, and wait for, in the words of Vault. */
    private static final String NO_ENGINE = "No secret engine mount at %s";

    private static final String NO_METHOD = "No auth engine at %s";
    private static final String NOT_SHOWN = "cannot fetch sysview for path \"%s\": there is no mount";
    private static final String NOT_TUNED = "tune of path \"%s\" failed: no mount entry found";
    private static final String UPGRADED =
            "Upgrading mount from version 1 to version 2; it is out of service until that is done.";
    private static final String VERSION = "version";
    private static final String VERSIONED = "2";

    private final Mounts mounts;

    /** Serves the table {@code mounts}. */
    public MountEndpoints(Mounts mounts) {
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                table("mounts", "", "Lists the secrets engines.").build(),
                row("mounts/{path...}", ""),
                tune("mounts/{path...}/tune", "", Access.TOKEN),
                table("auth", AUTH, "Lists the auth methods.").build(),
                row("auth/{path...}", AUTH),
                tune("mounts/auth/{path...}/tune", AUTH, Access.TOKEN),
                tune("auth/{path...}/tune", AUTH, Access.SUDO));
    }

    private Endpoint.Builder table(String pattern, String prefix, String synopsis) {
        return Endpoint.at(pattern, synopsis).on(Operation.READ, exchange -> Response.doublePlaced(list(prefix)));
    }

    private Endpoint row(String pattern, String prefix) {
        return Endpoint.at(pattern, "Shows, enables or disables a mount.")
                .access(prefix.isEmpty() ? Access.TOKEN : Access.SUDO)
                .field("type", Field.string("Type of the engine."))
                .field("description", Field.string("What the mount is for."))
                .field("config", Field.map("Its tuning, as for the tune endpoint."))
                .field("options", Field.stringMap("The engine's own options, such as version=2."))
                .field("local", Field.flag(false, "Kept and shown for clients; there is one server."))
                .field(
                        "seal_wrap",
                        Field.flag(false, "Kept and shown for clients; the barrier is rooted in the HSM already."))
                .field("external_entropy_access", Field.flag(false, "Kept and shown for clients."))
                .field("plugin_name", Field.string("Older name of type."))
                .field("plugin_version", Field.string("Taken for clients; engines are built in."))
                .on(Operation.READ, exchange -> Response.of(MountView.of(shown(prefix, exchange))))
                .on(Operation.UPDATE, exchange -> enable(prefix, exchange))
                .on(Operation.DELETE, exchange -> {
                    mounts.disable(path(prefix, exchange));
                    return Response.none();
                })
                .build();
    }

    private Endpoint tune(String pattern, String prefix, Access access) {
        return Endpoint.at(pattern, "Shows or changes a mount's tuning.")
                .access(access)
                .fields(TUNING)
                .field(
                        "token_type",
                        Field.string("Tokens that an auth method gives: default-service, default-batch,"
                                + " service or batch."))
                .field(
                        "user_lockout_config",
                        Field.any("When an auth method locks names out: lockout_threshold,"
                                + " lockout_duration, lockout_counter_reset_duration, lockout_disable."))
                .field("plugin_version", Field.string("Taken for clients; engines are built in."))
                .on(
                        Operation.READ,
                        exchange -> Response.doublePlaced(MountView.tuning(entry(prefix, exchange, NOT_SHOWN))))
                .on(Operation.UPDATE, exchange -> tune(prefix, exchange))
                .build();
    }

    private Map<String, Object> list(String prefix) {
        Map<String, Object> shown = new LinkedHashMap<>();
        for (MountEntry entry : mounts.entries()) {
            if (entry.auth() == prefix.equals(AUTH)) {
                shown.put(entry.path().substring(prefix.length()), MountView.of(entry));
            }
        }
        return shown;
    }

    /** The mount that is asked for; {@code absent} says of its path that there is none. */
    private MountEntry entry(String prefix, Exchange exchange, String absent) {
        return at(path(prefix, exchange), exchange, absent);
    }

    /** An auth method is also shown, but not changed, below {@code sys/mounts/auth/}. */
    private MountEntry shown(String prefix, Exchange exchange) {
        return at(prefix + exchange.fields().string("path"), exchange, prefix.isEmpty() ? NO_ENGINE : NO_METHOD);
    }

    private MountEntry at(String path, Exchange exchange, String absent) {
        return mounts.exactly(path)
                .map(Mounted::entry)
                .orElseThrow(() -> Fault.badRequest(
                        absent.formatted(exchange.fields().string("path").replaceFirst("/*$", "/"))));
    }

    /** Engines are not reached by way of auth methods' paths, whose rules say more. */
    private static String path(String prefix, Exchange exchange) {
        String path = exchange.fields().string("path");
        return prefix.isEmpty() ? MountPaths.ofEngine(path) : prefix + path;
    }

    private Response enable(String prefix, Exchange exchange) {
        String named = exchange.fields().string("type");
        String type = named.isEmpty() ? exchange.fields().string("plugin_name") : named;
        if (type.isEmpty()) {
            throw Fault.badRequest("field 'type' is missing: name what to mount, one of "
                    + new TreeSet<>((prefix.isEmpty()
                                    ? mounts.types().engines()
                                    : mounts.types().methods())
                            .keySet()));
        }
        Map<String, Object> config = exchange.fields().map("config");
        Map<String, String> options = MountView.options(impliedOptions(type), exchange.fields());
        mounts.enable(
                path(prefix, exchange),
                prefix.isEmpty() ? engineType(type) : type,
                exchange.fields().string("description"),
                options,
                MountView.merge(MountConfig.flagged(flags(exchange.fields())), config));
        return Response.none();
    }

    private static MountFlags flags(Fields fields) {
        return new MountFlags(fields.flag("local"), fields.flag("seal_wrap"), fields.flag("external_entropy_access"));
    }

    /** Clients know three more names for the key-value engine. */
    private static String engineType(String type) {
        return List.of("kv-v1", "kv-v2", "generic").contains(type) ? "kv" : type;
    }

    private static Map<String, String> impliedOptions(String type) {
        return type.equals("kv-v2") ? Map.of("version", "2") : Map.of();
    }

    private Response tune(String prefix, Exchange exchange) {
        boolean methods =
                exchange.fields().has("token_type") || exchange.fields().any("user_lockout_config") != null;
        if (methods && prefix.isEmpty()) {
            throw Fault.badRequest("'token_type' and 'user_lockout_config' can only be modified on auth mounts");
        }
        MountEntry before = entry(prefix, exchange, NOT_TUNED);
        MountEntry after = mounts.tune(path(prefix, exchange), entry -> {
            String description = exchange.fields().optionalString("description").orElse(entry.description());
            return Mounts.edited(
                    entry,
                    description,
                    MountView.options(entry.options(), exchange.fields()),
                    MountView.merge(entry.config(), exchange.request().data()));
        });
        boolean upgraded = !VERSIONED.equals(before.options().get(VERSION))
                && VERSIONED.equals(after.options().get(VERSION));
        return upgraded ? Response.none().warning(UPGRADED) : Response.none();
    }
}
