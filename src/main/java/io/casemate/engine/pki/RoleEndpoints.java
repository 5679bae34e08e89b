package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Paging;
import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.RoleFields;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;

/** Roles: write, change, read, list, delete. */
final class RoleEndpoints {
    private final Authority authority;

    RoleEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("roles", "Lists the roles.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, this::list)
                        .build(),
                at("roles/{name}", "A role: what may be issued under it.")
                        .fields(RoleFields.ALL)
                        .field("name", Field.string("The role's name."))
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.PATCH, this::patch)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response list(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields());
        return Response.keys(paging.whole(authority.roles().names(paging.after(), paging.limit())));
    }

    private Response read(Exchange exchange) {
        return Response.of(authority
                .roles()
                .get(name(exchange))
                .orElseThrow(Fault::notFound)
                .values());
    }

    private Response write(Exchange exchange) {
        String name = Ids.name("name", name(exchange));
        Role role = Role.of(name, FieldValues.all(RoleFields.ALL, exchange.fields()));
        authority.roles().put(role);
        return stored(role);
    }

    private Response patch(Exchange exchange) {
        return stored(authority
                .roles()
                .change(
                        name(exchange),
                        old -> Role.of(
                                old.name(), FieldValues.merged(old.values(), RoleFields.ALL, exchange.fields()))));
    }

    private Response stored(Role role) {
        Response stored = Response.of(role.values());
        Response response = KeyUsages.leftOut(role.strings("key_usage"))
                .map(stored::warning)
                .orElse(stored);
        String ref = role.text("issuer_ref");
        return authority.issuers().byRef(ref).isPresent()
                ? response
                : response.warning("no issuer '" + ref + "' yet: this role cannot issue until there is one");
    }

    private Response delete(Exchange exchange) {
        authority.roles().delete(name(exchange));
        return Response.none();
    }

    private static String name(Exchange exchange) {
        return exchange.fields().string("name");
    }
}
