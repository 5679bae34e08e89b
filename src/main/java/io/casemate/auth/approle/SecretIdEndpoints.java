package io.casemate.auth.approle;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Paging;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code role/<name>/secret-id*}, {@code custom-secret-id} and {@code tidy/secret-id}. */
final class SecretIdEndpoints {
    private static final String NAME = "role_name";
    private static final String SECRET_ID = "secret_id";
    private static final String ACCESSOR = "secret_id_accessor";
    private static final int ACCEPTED = 202;

    private final Roles roles;
    private final SecretIds secretIds;
    private final Ids ids;
    private final InstantSource clock;
    private final Supplier<Ttls> limits;

    SecretIdEndpoints(Roles roles, SecretIds secretIds, Ids ids, InstantSource clock, Supplier<Ttls> limits) {
        this.roles = roles;
        this.secretIds = secretIds;
        this.ids = ids;
        this.clock = clock;
        this.limits = limits;
    }

    List<Endpoint> endpoints() {
        return List.of(
                making("secret-id", "Makes a secret id, or lists the accessors of those there are.")
                        .fields(Paging.FIELDS)
                        .on(Operation.UPDATE, exchange -> make(exchange, ids.next()))
                        .on(Operation.LIST, this::list)
                        .build(),
                making("custom-secret-id", "Takes a secret id that the client chose.")
                        .field(SECRET_ID, Field.string("The secret id."))
                        .on(Operation.UPDATE, exchange -> make(exchange, sent(exchange, SECRET_ID)))
                        .build(),
                at("secret-id/lookup", SECRET_ID, "Shows a secret id.")
                        .on(Operation.UPDATE, this::lookup)
                        .build(),
                at("secret-id/destroy", SECRET_ID, "Ends a secret id.")
                        .on(Operation.UPDATE, this::destroy)
                        .on(Operation.DELETE, this::destroy)
                        .build(),
                at("secret-id-accessor/lookup", ACCESSOR, "Shows the secret id of an accessor.")
                        .on(Operation.UPDATE, this::lookupByAccessor)
                        .build(),
                at("secret-id-accessor/destroy", ACCESSOR, "Ends the secret id of an accessor.")
                        .on(Operation.UPDATE, this::destroyByAccessor)
                        .on(Operation.DELETE, this::destroyByAccessor)
                        .build(),
                Endpoint.at("tidy/secret-id", "Removes secret ids whose time is over.")
                        .on(Operation.UPDATE, this::tidy)
                        .build());
    }

    private static Endpoint.Builder at(String segment, String field, String synopsis) {
        return Endpoint.at("role/{role_name}/" + segment, synopsis)
                .field(NAME, Field.string("The role's name."))
                .field(field, Field.string(field.equals(SECRET_ID) ? "The secret id." : "Its accessor."));
    }

    private static Endpoint.Builder making(String segment, String synopsis) {
        return Endpoint.at("role/{role_name}/" + segment, synopsis)
                .field(NAME, Field.string("The role's name."))
                .field("metadata", Field.any("Goes with its tokens: an object of strings, or one as JSON text."))
                .field("cidr_list", Field.strings("Addresses that logins may come from."))
                .field("token_bound_cidrs", Field.strings("Addresses its tokens may be used from."))
                .field("num_uses", Field.integer(0, "Logins it is good for; at most the role's secret_id_num_uses."))
                .field("ttl", Field.duration("Its life; at most the role's secret_id_ttl."));
    }

    private Response list(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields());
        return Response.keys(paging.whole(secretIds.accessors(role(exchange), now(), paging)));
    }

    private Response make(Exchange exchange, String secretId) {
        Role role = role(exchange);
        if (!role.bindSecretId()) {
            throw Fault.badRequest("bind_secret_id is not set on the role");
        }
        SecretId made = new SecretIdRequest(exchange.fields(), role)
                .secretId(ids.next(), limits.get().max(), now());
        secretIds.add(role, secretId, made, now());
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(SECRET_ID, secretId);
        shown.put(ACCESSOR, made.accessor());
        shown.put("secret_id_ttl", made.ttl().toSeconds());
        shown.put("secret_id_num_uses", (long) made.usesLeft());
        return Response.of(shown);
    }

    private Response lookup(Exchange exchange) {
        return secretIds
                .find(existing(exchange), sent(exchange, SECRET_ID), now())
                .map(found -> Response.of(found.shown()))
                .orElseGet(Response::none);
    }

    private Response destroy(Exchange exchange) {
        secretIds.delete(existing(exchange), sent(exchange, SECRET_ID));
        return Response.none();
    }

    private Response lookupByAccessor(Exchange exchange) {
        String accessor = sent(exchange, ACCESSOR);
        return Response.of(secretIds
                .findByAccessor(existing(exchange), accessor, now())
                .orElseThrow(() -> noAccessor(accessor))
                .shown());
    }

    private Response destroyByAccessor(Exchange exchange) {
        String accessor = sent(exchange, ACCESSOR);
        if (!secretIds.deleteByAccessor(existing(exchange), accessor)) {
            throw noAccessor(accessor);
        }
        return Response.none();
    }

    private Response tidy(Exchange exchange) {
        secretIds.tidy(now());
        return Response.none()
                .warning("Tidy operation successfully started. Any information from the operation will be printed to"
                        + " the server logs.")
                .status(ACCEPTED);
    }

    private Role role(Exchange exchange) {
        String name = exchange.fields().string(NAME);
        return roles.find(name).orElseThrow(() -> Fault.badRequest(noRole(name)));
    }

    /** Where something of a role is looked up or ended: clients take "not found" for what it is, and go on. */
    private Role existing(Exchange exchange) {
        String name = exchange.fields().string(NAME);
        return roles.find(name).orElseThrow(() -> Fault.notFound(noRole(name)));
    }

    private static String noRole(String name) {
        return "role \"" + name + "\" does not exist";
    }

    private static String sent(Exchange exchange, String field) {
        String value = exchange.fields().string(field).strip();
        if (value.isEmpty()) {
            throw Fault.badRequest("missing " + field);
        }
        return value;
    }

    private static FaultException noAccessor(String accessor) {
        return Fault.notFound("failed to find accessor entry for secret_id_accessor: \"" + accessor + "\"");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
