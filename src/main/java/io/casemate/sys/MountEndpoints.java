package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code sys/mounts*}, {@code sys/auth*} and {@code sys/remount}: what is mounted, and changing it. */
public final class MountEndpoints {
    private static final Map<String, Field> TUNING = Map.of(
            "default_lease_ttl", Field.any("Life given when none is asked for; \"system\" for the server's own."),
            "max_lease_ttl", Field.any("Longest life that can be given; \"system\" for the server's own."),
            "description", Field.string("What the mount is for."),
            "options", Field.stringMap("The engine's own options, such as version=2."),
            "force_no_cache", Field.any("Kept for clients; the barrier's cache never shows stale data."),
            "audit_non_hmac_request_keys", Field.any("Request members that audit shows in clear."),
            "audit_non_hmac_response_keys", Field.any("Response members that audit shows in clear."),
            "listing_visibility",
                    Field.any("Whether the mount shows in the list that needs no token: unauth or hidden."),
            "passthrough_request_headers", Field.any("Request headers handed to the engine."),
            "allowed_response_headers", Field.any("Response headers the engine may set."));

    private final Mounts mounts;

    /** Serves the table {@code mounts}. */
    public MountEndpoints(Mounts mounts) {
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                table("mounts", "", "Lists the secrets engines.").build(),
                row("mounts/{path...}", "")
                        .on(Operation.UPDATE, this::enableSecrets)
                        .build(),
                tune("mounts/{path...}/tune", ""),
                table("auth", "auth/", "Lists the auth methods.").build(),
                row("auth/{path...}", "auth/")
                        .on(Operation.UPDATE, MountEndpoints::refuseAuth)
                        .build(),
                tune("auth/{path...}/tune", "auth/"),
                Endpoint.at("remount", "Gives a mount another path.")
                        .field("from", Field.string("The path it has."))
                        .field("to", Field.string("The path it shall have."))
                        .access(Endpoint.Access.SUDO)
                        .on(Operation.UPDATE, this::remount)
                        .build());
    }

    private Endpoint.Builder table(String pattern, String prefix, String synopsis) {
        return Endpoint.at(pattern, synopsis).on(Operation.READ, exchange -> Response.doublePlaced(list(prefix)));
    }

    private Endpoint.Builder row(String pattern, String prefix) {
        return Endpoint.at(pattern, "Shows, enables or disables a mount.")
                .access(prefix.isEmpty() ? Endpoint.Access.TOKEN : Endpoint.Access.SUDO)
                .field("type", Field.string("Type of the engine."))
                .field("description", Field.string("What the mount is for."))
                .field("config", Field.map("Its tuning, as for the tune endpoint."))
                .field("options", Field.stringMap("The engine's own options, such as version=2."))
                .field("local", Field.flag(false, "Taken for clients; there is one server."))
                .field("seal_wrap", Field.flag(false, "Taken for clients; the barrier is rooted in the HSM already."))
                .field("external_entropy_access", Field.flag(false, "Taken for clients."))
                .field("plugin_name", Field.string("Older name of type."))
                .field("plugin_version", Field.string("Taken for clients; engines are built in."))
                .on(Operation.READ, exchange -> Response.of(MountView.of(entry(prefix, exchange))))
                .on(Operation.DELETE, exchange -> {
                    mounts.disable(prefix + exchange.fields().string("path"));
                    return Response.none();
                });
    }

    private Endpoint tune(String pattern, String prefix) {
        return Endpoint.at(pattern, "Shows or changes a mount's tuning.")
                .fields(TUNING)
                .field("token_type", Field.string("Type of tokens that an auth method gives."))
                .field("plugin_version", Field.string("Taken for clients; engines are built in."))
                .on(Operation.READ, exchange -> Response.doublePlaced(MountView.tuning(entry(prefix, exchange))))
                .on(Operation.UPDATE, exchange -> tune(prefix, exchange))
                .build();
    }

    private Map<String, Object> list(String prefix) {
        Map<String, Object> shown = new LinkedHashMap<>();
        for (MountEntry entry : mounts.entries()) {
            if (entry.auth() == prefix.equals("auth/")) {
                shown.put(entry.path().substring(prefix.length()), MountView.of(entry));
            }
        }
        return shown;
    }

    private MountEntry entry(String prefix, Exchange exchange) {
        return mounts.existing(prefix + exchange.fields().string("path")).entry();
    }

    private Response enableSecrets(Exchange exchange) {
        String named = exchange.fields().string("type");
        String type = named.isEmpty() ? exchange.fields().string("plugin_name") : named;
        if (type.isEmpty()) {
            throw Fault.badRequest("field 'type' is missing: name the engine to mount, such as kv or pki");
        }
        Map<String, Object> config = exchange.fields().map("config");
        Map<String, String> options = MountView.options(impliedOptions(type), exchange.fields());
        mounts.enable(
                exchange.fields().string("path"),
                engineType(type),
                exchange.fields().string("description"),
                options,
                MountView.merge(MountConfig.DEFAULT, config));
        return Response.none();
    }

    /** Clients know three more names for the key-value engine. */
    private static String engineType(String type) {
        return List.of("kv-v1", "kv-v2", "generic").contains(type) ? "kv" : type;
    }

    private static Map<String, String> impliedOptions(String type) {
        return type.equals("kv-v2") ? Map.of("version", "2") : Map.of();
    }

    private static Response refuseAuth(Exchange exchange) {
        throw Fault.badRequest("no auth method of type \"" + exchange.fields().string("type")
                + "\"; this server has: token (always at auth/token/)");
    }

    private Response tune(String prefix, Exchange exchange) {
        mounts.tune(prefix + exchange.fields().string("path"), entry -> {
            String description = exchange.fields().optionalString("description").orElse(entry.description());
            return Mounts.edited(
                    entry,
                    description,
                    MountView.options(entry.options(), exchange.fields()),
                    MountView.merge(entry.config(), exchange.request().data()));
        });
        return Response.none();
    }

    private Response remount(Exchange exchange) {
        mounts.move(exchange.fields().string("from"), exchange.fields().string("to"));
        return Response.of(Map.of("migration_id", UUID.randomUUID().toString()));
    }
}
