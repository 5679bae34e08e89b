package io.casemate.identity;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Notes;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code identity/entity-alias*}. */
final class EntityAliasEndpoints {
    private static final Map<String, Field> FIELDS = Map.of(
            "id", Field.string("The alias' id, to change one that is there."),
            "canonical_id", Field.string("The entity it belongs to; one is made when absent."),
            "entity_id", Field.string("Older name of canonical_id."),
            "mount_accessor", Field.string("The accessor of the auth method's mount."),
            "name", Field.string("The name under which the auth method knows the entity."),
            "custom_metadata", Field.stringMap("Notes, which policies' templates can use."));

    private final IdentityStore store;

    EntityAliasEndpoints(IdentityStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("entity-alias", "Makes an alias of an entity, or changes the one that is there.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::write)
                        .build(),
                Endpoint.at("entity-alias/id", "Lists the aliases of entities by id.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byId(store, Keys.ENTITY_ALIAS, exchange, this::line))
                        .build(),
                Endpoint.at("entity-alias/id/{id}", "Shows, changes or deletes an alias of an entity.")
                        .fields(FIELDS)
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response write(Exchange exchange) {
        Fields fields = exchange.fields();
        Map<String, String> notes = Notes.bounded("custom_metadata", fields.stringMap("custom_metadata"));
        return store.change(draft -> {
            IdentityRecords records = draft.records();
            String id = fields.string("id");
            if (!id.isEmpty()) {
                return change(draft, records.entityOfAlias(id).orElseThrow(() -> unknown(id)), id, fields);
            }
            String accessor = fields.string("mount_accessor");
            String name = fields.string("name");
            if (accessor.isEmpty() || name.isEmpty()) {
                throw Fault.badRequest("'id' or 'mount_accessor' and 'name' must be provided");
            }
            Optional<Entity> known = records.entityKnownAs(accessor, name);
            return known.isPresent()
                    ? change(
                            draft,
                            known.get(),
                            known.get().aliasAt(accessor).orElseThrow().id(),
                            fields)
                    : create(draft, fields, notes);
        });
    }

    private Response create(Draft draft, Fields fields, Map<String, String> notes) {
        Instant now = store.now();
        String accessor = checkedMount(fields.string("mount_accessor"));
        String name = Names.checked("an alias", fields.string("name"));
        String owner = owner(fields);
        Entity entity = owner.isEmpty()
                ? Entity.fresh(store.ids().next(), EntityEndpoints.freeName(draft.records(), store.ids()), now)
                : draft.records().entity(owner).orElseThrow(() -> Fault.badRequest("invalid canonical ID"));
        if (entity.aliasAt(accessor).isPresent()) {
            throw Fault.badRequest("Alias already exists for requested entity and mount accessor");
        }
        Alias alias = Alias.fresh(store.ids().next(), entity.id(), accessor, name, now)
                .noting(notes, now);
        draft.put(entity.with(alias, now));
        return made(alias);
    }

    private Response change(Draft draft, Entity holder, String id, Fields fields) {
        Instant now = store.now();
        Alias before = holder.alias(id).orElseThrow();
        Alias after = edited(before, fields, now);
        String owner = or(owner(fields), holder.id());
        boolean moves = !owner.equals(holder.id());
        if (after.equals(before) && !moves) {
            return Response.none();
        }
        Entity receiver = moves
                ? draft.records()
                        .entity(owner)
                        .orElseThrow(() -> Fault.badRequest("given 'canonical_id' is not associated with an entity"))
                : holder;
        checkFree(draft.records(), after, receiver);
        if (moves) {
            draft.put(holder.without(before, now));
        }
        Alias placed = after.movedTo(receiver.id(), now);
        draft.put(receiver.with(placed, now));
        return made(placed);
    }

    private Alias edited(Alias before, Fields fields, Instant now) {
        String accessor = or(fields.string("mount_accessor"), before.accessor());
        String name = or(fields.string("name"), before.name());
        Alias named = accessor.equals(before.accessor()) && name.equals(before.name())
                ? before
                : before.named(checkedMount(accessor), Names.checked("an alias", name), now);
        Map<String, String> notes = fields.stringMap("custom_metadata");
        return fields.has("custom_metadata") && !notes.equals(named.custom()) ? named.noting(notes, now) : named;
    }

    /** No other alias has its mount and name, and its entity has no other one of its mount. */
    private static void checkFree(IdentityRecords records, Alias alias, Entity receiver) {
        boolean taken = records.entityKnownAs(alias.accessor(), alias.name())
                .flatMap(other -> other.aliasAt(alias.accessor()))
                .filter(other -> !other.id().equals(alias.id()))
                .isPresent();
        if (taken) {
            throw Fault.badRequest("alias with combination of mount accessor and name already exists");
        }
        boolean second = receiver.aliasAt(alias.accessor())
                .filter(other -> !other.id().equals(alias.id()))
                .isPresent();
        if (second) {
            throw Fault.badRequest("the entity already has an alias for the given 'mount_accessor'");
        }
    }

    private Response read(Exchange exchange) {
        return Response.of(new Shown(store)
                .alias(found(store.records(), exchange.fields().string("id")).orElseThrow(Fault::notFound)));
    }

    private Response delete(Exchange exchange) {
        String id = exchange.fields().string("id");
        store.change(draft -> {
            draft.records()
                    .entityOfAlias(id)
                    .ifPresent(
                            entity -> draft.put(entity.without(entity.alias(id).orElseThrow(), store.now())));
            return null;
        });
        return Response.none();
    }

    private Optional<Map<String, Object>> line(String id) {
        return found(store.records(), id).map(new Shown(store)::line);
    }

    private static Optional<Alias> found(IdentityRecords records, String id) {
        return records.entityOfAlias(id).flatMap(entity -> entity.alias(id));
    }

    private String checkedMount(String accessor) {
        if (store.mount(accessor).isEmpty()) {
            throw Fault.badRequest("invalid mount accessor \"" + accessor + "\"");
        }
        return accessor;
    }

    private static String owner(Fields fields) {
        return or(fields.string("canonical_id"), fields.string("entity_id"));
    }

    private static String or(String sent, String otherwise) {
        return sent.isEmpty() ? otherwise : sent;
    }

    private static FaultException unknown(String id) {
        return Fault.badRequest("invalid alias ID provided: no alias has the id \"" + id + "\"");
    }

    private static Response made(Alias alias) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("id", alias.id());
        made.put("canonical_id", alias.owner());
        return Response.of(made);
    }
}
