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

/** {@code identity/group-alias*}: the names under which auth methods know external groups. */
final class GroupAliasEndpoints {
    private static final Map<String, Field> FIELDS = Map.of(
            "id", Field.string("The alias' id, to change one that is there."),
            "canonical_id", Field.string("The external group it stands for; one is made when absent."),
            "mount_accessor", Field.string("The accessor of the auth method's mount."),
            "name", Field.string("The name under which the auth method knows the group."));

    private final IdentityStore store;

    GroupAliasEndpoints(IdentityStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("group-alias", "Makes an alias of an external group, or changes the one of the given id.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::write)
                        .build(),
                Endpoint.at("group-alias/id", "Lists the aliases of groups by id.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byId(store, Keys.GROUP_ALIAS, exchange, this::line))
                        .build(),
                Endpoint.at("group-alias/id/{id}", "Shows, changes or deletes an alias of a group.")
                        .fields(FIELDS)
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response write(Exchange exchange) {
        Fields fields = exchange.fields();
        String name = Names.checked("an alias", fields.string("name"));
        String accessor = checkedMount(fields.string("mount_accessor"));
        Response answer = store.change(draft -> {
            IdentityRecords records = draft.records();
            Optional<Group> holder = holder(records, fields.string("id"));
            Optional<Alias> before = holder.flatMap(Group::alias);
            Group receiver = receiver(draft, fields, holder);
            if (before.isPresent() && same(before.get(), accessor, name) && receiver.equals(holder.get())) {
                return Response.none();
            }
            refuseTaken(records, accessor, name, before);
            return put(draft, holder, receiver, before, new NewAlias(accessor, name));
        });
        store.emptyStale();
        return answer;
    }

    private record NewAlias(String accessor, String name) {}

    private Response put(Draft draft, Optional<Group> holder, Group receiver, Optional<Alias> before, NewAlias asked) {
        Instant now = store.now();
        holder.filter(group -> !group.id().equals(receiver.id()))
                .ifPresent(group -> draft.put(group.with(Optional.empty(), now)));
        Alias after = before.map(alias ->
                        alias.named(asked.accessor(), asked.name(), now).movedTo(receiver.id(), now))
                .orElseGet(() -> Alias.fresh(store.ids().next(), receiver.id(), asked.accessor(), asked.name(), now));
        draft.put(receiver.with(Optional.of(after), now));
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("id", after.id());
        made.put("canonical_id", receiver.id());
        return Response.of(made);
    }

    private static Optional<Group> holder(IdentityRecords records, String id) {
        return id.isEmpty()
                ? Optional.empty()
                : Optional.of(records.groupOfAlias(id)
                        .orElseThrow(() -> Fault.badRequest(
                                "invalid group alias ID: no alias of a group has the id \"" + id + "\"")));
    }

    private Group receiver(Draft draft, Fields fields, Optional<Group> holder) {
        String id = fields.string("canonical_id");
        if (id.isEmpty()) {
            return holder.orElseGet(() -> Group.fresh(
                    store.ids().next(), GroupEndpoints.freeName(draft.records(), store.ids()), true, store.now()));
        }
        Group group = draft.records()
                .group(id)
                .orElseThrow(
                        () -> Fault.badRequest("invalid group ID given in 'canonical_id': there is no such group"));
        if (!group.external()) {
            throw Fault.badRequest("alias can't be set on an internal group");
        }
        return group;
    }

    private static void refuseTaken(IdentityRecords records, String accessor, String name, Optional<Alias> before) {
        records.groupKnownAs(accessor, name)
                .flatMap(Group::alias)
                .filter(other ->
                        before.isEmpty() || !other.id().equals(before.get().id()))
                .ifPresent(other -> {
                    throw Fault.badRequest("combination of mount and group alias name is already in use");
                });
    }

    private static boolean same(Alias alias, String accessor, String name) {
        return alias.accessor().equals(accessor) && alias.name().equals(name);
    }

    private Response read(Exchange exchange) {
        return Response.of(
                new Shown(store).alias(found(exchange.fields().string("id")).orElseThrow(Fault::notFound)));
    }

    private Response delete(Exchange exchange) {
        store.change(draft -> {
            draft.records()
                    .groupOfAlias(exchange.fields().string("id"))
                    .ifPresent(group -> draft.put(group.with(Optional.empty(), store.now())));
            return null;
        });
        store.emptyStale();
        return Response.none();
    }

    private Optional<Map<String, Object>> line(String id) {
        return found(id).map(new Shown(store)::line);
    }

    private Optional<Alias> found(String id) {
        return store.records().groupOfAlias(id).flatMap(Group::alias);
    }

    private String checkedMount(String accessor) {
        if (accessor.isEmpty()) {
            throw Fault.badRequest("missing mount_accessor");
        }
        if (store.mount(accessor).isEmpty()) {
            throw Fault.badRequest("invalid mount accessor \"" + accessor + "\"");
        }
        return accessor;
    }
}
