package io.casemate.auth.approle;

import io.casemate.auth.Settings;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code role/<name>/<setting>}: each setting of a role by itself, shown, set, or given back to its default. */
final class RoleFieldEndpoints {
    private static final Map<String, Object> DEFAULTS = Role.fresh("", "", "").settings();

    private final Roles roles;
    private final Supplier<Ttls> limits;

    RoleFieldEndpoints(Roles roles, Supplier<Ttls> limits) {
        this.roles = roles;
        this.limits = limits;
    }

    List<Endpoint> endpoints() {
        return List.of(
                setting("policies", "token_policies", "policies"),
                setting("period", "token_period", "period"),
                setting("secret-id-num-uses", "secret_id_num_uses", ""),
                setting("secret-id-ttl", "secret_id_ttl", ""),
                setting("token-ttl", "token_ttl", ""),
                setting("token-max-ttl", "token_max_ttl", ""),
                setting("token-num-uses", "token_num_uses", ""),
                setting("bind-secret-id", "bind_secret_id", ""),
                setting("secret-id-bound-cidrs", "secret_id_bound_cidrs", ""),
                setting("bound-cidr-list", "secret_id_bound_cidrs", "bound_cidr_list"),
                setting("token-bound-cidrs", "token_bound_cidrs", ""),
                Endpoint.at("role/{role_name}/local-secret-ids", "Shows whether secret ids stay in the cluster.")
                        .on(
                                Operation.READ,
                                exchange -> Response.of(Map.of(
                                        "local_secret_ids",
                                        RoleEndpoints.existing(roles, exchange).localSecretIds())))
                        .build());
    }

    /**
     * One.
     *
     * @param older another name under which it may be sent and is shown; empty for none
     */
    private Endpoint setting(String segment, String name, String older) {
        Endpoint.Builder endpoint = Endpoint.at(
                        "role/{role_name}/" + segment, "Shows, sets or resets one setting of a role.")
                .field("role_name", Field.string("The role's name."))
                .field(name, Role.FIELDS.get(name));
        if (!older.isEmpty()) {
            endpoint.field(older, Role.FIELDS.get(name));
        }
        return endpoint.on(Operation.READ, exchange -> read(exchange, name, older))
                .on(Operation.UPDATE, exchange -> write(exchange, name, older))
                .on(Operation.DELETE, exchange -> reset(exchange, name))
                .build();
    }

    private Response read(Exchange exchange, String name, String older) {
        Object value = RoleEndpoints.existing(roles, exchange).settings().get(name);
        Map<String, Object> shown = new LinkedHashMap<>(Map.of(name, value));
        if (!older.isEmpty()) {
            shown.put(older, value);
        }
        return Response.of(shown);
    }

    private Response write(Exchange exchange, String name, String older) {
        Map<String, String> names = older.isEmpty() ? Map.of() : Map.of(name, older);
        if (!exchange.fields().has(name)
                && (older.isEmpty() || !exchange.fields().has(older))) {
            throw Fault.badRequest("missing " + name);
        }
        change(
                exchange,
                role -> Settings.overlay(
                        role.settings(), Map.of(name, Role.FIELDS.get(name)), exchange.fields(), names));
        return Response.none();
    }

    private Response reset(Exchange exchange, String name) {
        Optional<Role> role = roles.find(exchange.fields().string("role_name"));
        if (role.isPresent()) {
            change(exchange, there -> {
                Map<String, Object> settings = there.settings();
                settings.put(name, DEFAULTS.get(name));
                return settings;
            });
        }
        return Response.none();
    }

    private void change(Exchange exchange, Function<Role, Map<String, Object>> settings) {
        roles.write(
                exchange.fields().string("role_name"),
                () -> {
                    throw Fault.notFound();
                },
                role -> {
                    Role changed = role.with(settings.apply(role));
                    RoleEndpoints.checkLimits(changed.terms(), limits.get());
                    return changed;
                });
    }
}
