package io.casemate.auth.jwt;

import io.casemate.auth.RoleName;
import io.casemate.barrier.View;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code role*}: whom to let in. */
final class RoleEndpoints {
    private static final String FOLDER = "role/";

    private final View storage;

    RoleEndpoints(View storage) {
        this.storage = storage;
    }

    /** The role, whatever the name looks like. */
    Optional<Role> find(String sent) {
        return RoleName.find(sent).flatMap(name -> storage.get(FOLDER + name)).map(Role::decode);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("role", "Lists the roles.")
                        .on(Operation.LIST, exchange -> Response.keys(storage.children(FOLDER, "", Integer.MAX_VALUE)))
                        .build(),
                Endpoint.at(
                                "role/{name}",
                                "Shows, sets or deletes a role: what tokens must say, and what it gets them.")
                        .field("name", Field.string("The role's name; its case does not matter."))
                        .fields(Role.FIELDS)
                        .exists(exchange -> find(name(exchange)).isPresent())
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> {
                            RoleName.find(name(exchange)).ifPresent(name -> storage.delete(FOLDER + name));
                            return Response.none();
                        })
                        .build());
    }

    private Response read(Exchange exchange) {
        Map<String, Object> shown =
                find(name(exchange)).orElseThrow(Fault::notFound).members();
        Role.OLDER.forEach((name, older) -> shown.put(older, shown.get(name)));
        return Response.of(shown);
    }

    private Response write(Exchange exchange) {
        String name = RoleName.check(name(exchange));
        Role role = storage.transact(editor -> {
            Role merged = editor.get(FOLDER + name)
                    .map(Role::decode)
                    .orElse(Role.NONE)
                    .merge(exchange.fields());
            editor.put(FOLDER + name, merged.encode());
            return merged;
        });
        Response answer = Response.none();
        if (role.browser()) {
            answer = answer.warning("nobody can log in by this role: role_type is oidc, for the login by browser, which"
                    + " is not available on this server; set role_type=jwt");
        }
        return exchange.fields().flag("verbose_oidc_logging")
                ? answer.warning("verbose_oidc_logging is ignored: tokens and claims are never logged")
                : answer;
    }

    private static String name(Exchange exchange) {
        return exchange.fields().string("name");
    }
}
