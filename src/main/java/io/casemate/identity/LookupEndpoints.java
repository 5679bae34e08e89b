package io.casemate.identity;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code identity/lookup/*}: entities and groups by whatever is known of them; an empty answer (204) when there is none. */
final class LookupEndpoints {
    private static final String ALIAS_NAME = "alias_name";
    private static final String ALIAS_MOUNT = "alias_mount_accessor";

    private static final Map<String, Field> FIELDS = Map.of(
            "id",
            Field.string("Its id."),
            "name",
            Field.string("Its name."),
            "alias_id",
            Field.string("The id of an alias of it."),
            ALIAS_NAME,
            Field.string("The name of an alias of it, with alias_mount_accessor."),
            ALIAS_MOUNT,
            Field.string("The mount of that alias."));

    private final IdentityStore store;

    LookupEndpoints(IdentityStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("lookup/entity", "Finds an entity.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::entity)
                        .build(),
                Endpoint.at("lookup/group", "Finds a group.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::group)
                        .build());
    }

    private Response entity(Exchange exchange) {
        Fields fields = exchange.fields();
        IdentityRecords records = store.records();
        Optional<Entity> found = switch (criterion(fields)) {
            case "id" -> records.entity(fields.string("id"));
            case "name" -> records.entityNamed(fields.string("name"));
            case "alias_id" -> records.entityOfAlias(fields.string("alias_id"));
            default -> records.entityKnownAs(fields.string(ALIAS_MOUNT), fields.string(ALIAS_NAME));
        };
        return found.map(entity -> Response.of(new Shown(store).entity(entity))).orElseGet(Response::none);
    }

    private Response group(Exchange exchange) {
        Fields fields = exchange.fields();
        IdentityRecords records = store.records();
        Optional<Group> found = switch (criterion(fields)) {
            case "id" -> records.group(fields.string("id"));
            case "name" -> records.groupNamed(fields.string("name"));
            case "alias_id" -> records.groupOfAlias(fields.string("alias_id"));
            default -> records.groupKnownAs(fields.string(ALIAS_MOUNT), fields.string(ALIAS_NAME));
        };
        return found.map(group -> Response.of(new Shown(store).group(group))).orElseGet(Response::none);
    }

    /** The one way in which it is asked for. */
    private static String criterion(Fields fields) {
        List<String> sent = FIELDS.keySet().stream()
                .filter(name -> !fields.string(name).isEmpty())
                .sorted()
                .toList();
        if (sent.isEmpty()) {
            throw Fault.badRequest("query parameter not supplied");
        }
        if (sent.equals(List.of(ALIAS_MOUNT, ALIAS_NAME))) {
            return ALIAS_NAME;
        }
        if (sent.size() > 1) {
            throw Fault.badRequest("query parameter conflict; please supply distinct set of query parameters");
        }
        if (sent.getFirst().equals(ALIAS_NAME) || sent.getFirst().equals(ALIAS_MOUNT)) {
            throw Fault.badRequest("both 'alias_name' and 'alias_mount_accessor' needs to be set");
        }
        return sent.getFirst();
    }
}
