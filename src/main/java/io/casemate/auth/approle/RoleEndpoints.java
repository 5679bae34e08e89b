package io.casemate.auth.approle;

import io.casemate.auth.Settings;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.TokenTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code role}, {@code role/<name>} and {@code role/<name>/role-id}. */
final class RoleEndpoints {
    private static final String NAME = "role_name";
    private static final String ROLE_ID = "role_id";
    private static final String LOCAL = "local_secret_ids";

    private final Roles roles;
    private final SecretIds secretIds;
    private final Ids ids;
    private final Supplier<Ttls> limits;

    RoleEndpoints(Roles roles, SecretIds secretIds, Ids ids, Supplier<Ttls> limits) {
        this.roles = roles;
        this.secretIds = secretIds;
        this.ids = ids;
        this.limits = limits;
    }

    List<Endpoint> endpoints() {
        return List.of(list(), role(), roleId());
    }

    /** The role of the path. */
    static Role existing(Roles roles, Exchange exchange) {
        return roles.find(exchange.fields().string(NAME)).orElseThrow(Fault::notFound);
    }

    /**
     * Refuses a period that the mount would not let live.
     *
     * @return warnings
     */
    static List<String> checkLimits(TokenTerms terms, Ttls limits) {
        if (terms.period().compareTo(limits.max()) > 0) {
            throw Fault.badRequest("period of \"" + Durations.format(terms.period())
                    + "\" is greater than the backend's maximum lease TTL of \"" + Durations.format(limits.max())
                    + "\"");
        }
        return terms.maxTtl().compareTo(limits.max()) > 0
                ? List.of("token_max_ttl is greater than the backend mount's maximum TTL value; issued tokens' max TTL"
                        + " value will be truncated")
                : List.of();
    }

    private Endpoint list() {
        return Endpoint.at("role", "Lists the roles.")
                .on(Operation.LIST, exchange -> Response.keys(roles.names()))
                .build();
    }

    private Endpoint role() {
        return Endpoint.at("role/{role_name}", "Shows, sets or deletes a role.")
                .field(NAME, Field.string("The role's name; its case does not matter."))
                .fields(Role.FIELDS)
                .field(ROLE_ID, Field.string("What machines know it by; a random UUID when absent."))
                .field(LOCAL, Field.flag(false, "Taken for clients, at creation only; there is one server."))
                .field("policies", Field.strings("Older name of token_policies."))
                .field("period", Field.duration("Older name of token_period."))
                .field("bound_cidr_list", Field.strings("Older name of secret_id_bound_cidrs."))
                .exists(exchange -> roles.find(exchange.fields().string(NAME)).isPresent())
                .on(Operation.READ, this::read)
                .on(Operation.UPDATE, this::write)
                .on(Operation.DELETE, this::delete)
                .build();
    }

    private Endpoint roleId() {
        return Endpoint.at("role/{role_name}/role-id", "Shows or sets what machines know a role by.")
                .field(NAME, Field.string("The role's name."))
                .field(ROLE_ID, Field.string("The new id."))
                .on(
                        Operation.READ,
                        exchange -> Response.of(
                                Map.of(ROLE_ID, existing(roles, exchange).roleId())))
                .on(Operation.UPDATE, exchange -> {
                    String id = exchange.fields().string(ROLE_ID);
                    if (id.isEmpty()) {
                        throw Fault.badRequest("missing role_id");
                    }
                    roles.write(
                            exchange.fields().string(NAME),
                            () -> {
                                throw Fault.notFound();
                            },
                            role -> role.known(id));
                    return Response.none();
                })
                .build();
    }

    private Response read(Exchange exchange) {
        Role role = existing(roles, exchange);
        Map<String, Object> shown = new LinkedHashMap<>(role.settings());
        shown.put(LOCAL, role.localSecretIds());
        shown.put("policies", role.terms().policies());
        shown.put("period", role.terms().period().toSeconds());
        return Response.of(shown);
    }

    private Response write(Exchange exchange) {
        Fields sent = exchange.fields();
        String name = Roles.checked(sent.string(NAME));
        roles.write(
                name,
                () -> Role.fresh(name, ids.next(), ids.next()).local(sent.flag(LOCAL)),
                role -> written(role, sent));
        return Response.none().warnings(checkLimits(existing(roles, exchange).terms(), limits.get()));
    }

    private Role written(Role role, Fields sent) {
        if (sent.has(LOCAL) && sent.flag(LOCAL) != role.localSecretIds()) {
            throw Fault.badRequest("local_secret_ids can only be modified during role creation");
        }
        Role changed = role.with(Settings.overlay(role.settings(), Role.FIELDS, sent, Role.OLDER));
        checkLimits(changed.terms(), limits.get());
        return sent.has(ROLE_ID) ? changed.known(sent.string(ROLE_ID)) : changed;
    }

    private Response delete(Exchange exchange) {
        roles.delete(exchange.fields().string(NAME)).map(Role::uid).ifPresent(secretIds::forget);
        return Response.none();
    }
}
