package io.casemate.identity;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code identity/entity*}. */
final class EntityEndpoints {
    private static final int BATCH = 64;

    private static final Map<String, Field> FIELDS = Map.of(
            "id", Field.string("The entity's id, to change one that is there."),
            "name", Field.string("Its name; one is made up when absent."),
            "metadata", Field.stringMap("Notes, which policies' templates can use."),
            "policies", Field.strings("Policies that all its tokens hold."),
            "disabled", Field.flag(false, "Its tokens are refused, and it cannot log in, but nothing is revoked."));

    private final IdentityStore store;

    EntityEndpoints(IdentityStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return Stream.concat(records().stream(), deeds().stream()).toList();
    }

    private List<Endpoint> records() {
        return List.of(
                Endpoint.at("entity/id", "Lists the entities by id.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byId(store, Keys.ENTITY, exchange, this::line))
                        .build(),
                Endpoint.at("entity/id/{id}", "Shows, changes or deletes an entity.")
                        .fields(FIELDS)
                        .on(Operation.READ, exchange -> shown(byId(store.records(), exchange)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> delete(records -> byId(records, exchange)))
                        .build(),
                Endpoint.at("entity/name", "Lists the entities by name.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byName(store, Keys.ENTITY, exchange, this::line))
                        .build(),
                Endpoint.at("entity/name/{name...}", "Shows, makes, changes or deletes an entity.")
                        .fields(FIELDS)
                        .on(Operation.READ, exchange -> shown(byName(store.records(), exchange)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> delete(records -> byName(records, exchange)))
                        .build());
    }

    private List<Endpoint> deeds() {
        return List.of(
                Endpoint.at("entity", "Makes an entity, or changes the one of the given id or name.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::write)
                        .build(),
                Endpoint.at("entity/batch-delete", "Deletes entities.")
                        .field("entity_ids", Field.strings("Their ids; those that are not there do no harm."))
                        .on(Operation.UPDATE, this::deleteAll)
                        .build(),
                Endpoint.at("entity/merge", "Makes entities part of another; their tokens are then its tokens.")
                        .field("from_entity_ids", Field.strings("The entities that become part."))
                        .field("to_entity_id", Field.string("The entity that stays."))
                        .field(
                                "conflicting_alias_ids_to_keep",
                                Field.strings("Which of two aliases on one mount stays."))
                        .field("force", Field.flag(false, "Merges a disabled entity into one that is not, too."))
                        .on(Operation.UPDATE, this::merge)
                        .build());
    }

    /** A name that nobody has. */
    static String freeName(IdentityRecords records, Ids ids) {
        String name = ids.name("entity");
        while (records.entityNamed(name).isPresent()) {
            name = ids.name("entity");
        }
        return name;
    }

    private Response write(Exchange exchange) {
        Fields fields = exchange.fields();
        return store.change(draft -> {
            Instant now = store.now();
            Optional<Entity> before = before(draft.records(), fields);
            Entity entity = edited(
                    before.orElseGet(() -> Entity.fresh(store.ids().next(), "", now)), fields, draft.records(), now);
            draft.put(entity);
            return before.isPresent() ? Response.none() : Response.of(made(entity));
        });
    }

    private static Optional<Entity> before(IdentityRecords records, Fields fields) {
        Optional<Entity> named =
                fields.string("name").isEmpty() ? Optional.empty() : records.entityNamed(fields.string("name"));
        if (fields.string("id").isEmpty()) {
            return named;
        }
        Entity entity = records.entity(fields.string("id"))
                .orElseThrow(() -> Fault.badRequest("no entity has the id \"" + fields.string("id") + "\""));
        if (named.isPresent() && !named.get().id().equals(entity.id())) {
            throw Fault.badRequest("entity name is already in use");
        }
        return Optional.of(entity);
    }

    private Entity edited(Entity entity, Fields fields, IdentityRecords records, Instant now) {
        String name =
                fields.string("name").isEmpty() ? entity.name() : Names.checked("an entity", fields.string("name"));
        return new Entity(
                entity.id(),
                name.isEmpty() ? freeName(records, store.ids()) : name,
                fields.has("metadata") ? Names.metadata(fields.stringMap("metadata")) : entity.metadata(),
                fields.has("policies") ? Names.policies(fields.strings("policies")) : entity.policies(),
                fields.has("disabled") ? fields.flag("disabled") : entity.disabled(),
                entity.aliases(),
                entity.merged(),
                entity.created(),
                now);
    }

    private static Map<String, Object> made(Entity entity) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("id", entity.id());
        made.put("name", entity.name());
        made.put("aliases", null);
        return made;
    }

    private Response shown(Optional<Entity> entity) {
        return Response.of(new Shown(store).entity(entity.orElseThrow(Fault::notFound)));
    }

    private static Optional<Entity> byId(IdentityRecords records, Exchange exchange) {
        return records.entity(exchange.fields().string("id"));
    }

    private static Optional<Entity> byName(IdentityRecords records, Exchange exchange) {
        return records.entityNamed(exchange.fields().string("name"));
    }

    private Response delete(java.util.function.Function<IdentityRecords, Optional<Entity>> finding) {
        return store.change(draft -> {
            finding.apply(draft.records()).ifPresent(draft::remove);
            return Response.none();
        });
    }

    private Response deleteAll(Exchange exchange) {
        List<String> ids = exchange.fields().strings("entity_ids");
        if (ids.isEmpty()) {
            throw Fault.badRequest("missing entity ids to delete");
        }
        for (int from = 0; from < ids.size(); from += BATCH) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + BATCH));
            store.change(draft -> {
                some.forEach(id -> draft.records().entity(id).ifPresent(draft::remove));
                return null;
            });
        }
        return Response.none();
    }

    private Response merge(Exchange exchange) {
        Fields fields = exchange.fields();
        store.change(draft -> {
            Merge merge = new Merge(draft, List.copyOf(fields.strings("conflicting_alias_ids_to_keep")), store.now());
            merge.into(fields.string("to_entity_id"), fields.strings("from_entity_ids"), fields.flag("force"));
            return null;
        });
        return Response.none();
    }

    private Optional<Map<String, Object>> line(String id) {
        return store.records().entity(id).map(new Shown(store)::line);
    }
}
