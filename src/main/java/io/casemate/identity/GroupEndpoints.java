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
import java.util.function.Function;

/** {@code identity/group*}. */
final class GroupEndpoints {
    private static final Map<String, Field> FIELDS = Map.of(
            "id", Field.string("The group's id, to change one that is there."),
            "name", Field.string("Its name; one is made up when absent."),
            "type", Field.string("internal, or external: then an auth method says who is in it."),
            "metadata", Field.stringMap("Notes, which policies' templates can use."),
            "policies", Field.strings("Policies that all its members hold."),
            "member_entity_ids", Field.strings("The entities in it; replaces those before."),
            "member_group_ids", Field.strings("The groups in it; replaces those before."));

    private final IdentityStore store;

    GroupEndpoints(IdentityStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("group", "Makes a group, or changes the one of the given id or name.")
                        .fields(FIELDS)
                        .on(Operation.UPDATE, this::write)
                        .build(),
                Endpoint.at("group/id", "Lists the groups by id.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byId(store, Keys.GROUP, exchange, this::line))
                        .build(),
                Endpoint.at("group/id/{id}", "Shows, changes or deletes a group.")
                        .fields(FIELDS)
                        .on(Operation.READ, exchange -> shown(byId(store.records(), exchange)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> delete(records -> byId(records, exchange)))
                        .build(),
                Endpoint.at("group/name", "Lists the groups by name.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, exchange -> Listing.byName(store, Keys.GROUP, exchange, this::line))
                        .build(),
                Endpoint.at("group/name/{name...}", "Shows, makes, changes or deletes a group.")
                        .fields(FIELDS)
                        .on(Operation.READ, exchange -> shown(byName(store.records(), exchange)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> delete(records -> byName(records, exchange)))
                        .build());
    }

    /** A name that no group has. */
    static String freeName(IdentityRecords records, Ids ids) {
        String name = ids.name("group");
        while (records.groupNamed(name).isPresent()) {
            name = ids.name("group");
        }
        return name;
    }

    private Response write(Exchange exchange) {
        Fields fields = exchange.fields();
        return store.change(draft -> {
            Instant now = store.now();
            Optional<Group> before = before(draft.records(), fields);
            boolean external = external(before, fields.string("type"));
            Group group = edited(
                    before.orElseGet(() -> Group.fresh(store.ids().next(), "", external, now)),
                    fields,
                    draft.records(),
                    now);
            draft.put(group);
            new Members(draft, group).replace(fields);
            return before.isPresent() ? Response.none() : Response.of(Map.of("id", group.id(), "name", group.name()));
        });
    }

    private static Optional<Group> before(IdentityRecords records, Fields fields) {
        Optional<Group> named =
                fields.string("name").isEmpty() ? Optional.empty() : records.groupNamed(fields.string("name"));
        if (fields.string("id").isEmpty()) {
            return named;
        }
        Group group = records.group(fields.string("id"))
                .orElseThrow(() ->
                        Fault.badRequest("invalid group ID: no group has the id \"" + fields.string("id") + "\""));
        if (named.isPresent() && !named.get().id().equals(group.id())) {
            throw Fault.badRequest("group name is already in use");
        }
        return Optional.of(group);
    }

    private static boolean external(Optional<Group> before, String sent) {
        if (!List.of("", "internal", "external").contains(sent)) {
            throw Fault.badRequest("invalid group type \"" + sent + "\": it is internal or external");
        }
        if (before.isPresent() && !sent.isEmpty() && !before.get().type().equals(sent)) {
            throw Fault.badRequest("group type cannot be changed");
        }
        return before.map(Group::external).orElse(sent.equals("external"));
    }

    private Group edited(Group group, Fields fields, IdentityRecords records, Instant now) {
        String name = fields.string("name").isEmpty() ? group.name() : Names.checked("a group", fields.string("name"));
        return new Group(
                group.id(),
                name.isEmpty() ? freeName(records, store.ids()) : name,
                group.external(),
                fields.has("metadata") ? Names.metadata(fields.stringMap("metadata")) : group.metadata(),
                fields.has("policies") ? Names.policies(fields.strings("policies")) : group.policies(),
                group.alias(),
                group.changes() + 1,
                group.created(),
                now);
    }

    private Response shown(Optional<Group> group) {
        return Response.of(new Shown(store).group(group.orElseThrow(Fault::notFound)));
    }

    private static Optional<Group> byId(IdentityRecords records, Exchange exchange) {
        return records.group(exchange.fields().string("id"));
    }

    private static Optional<Group> byName(IdentityRecords records, Exchange exchange) {
        return records.groupNamed(exchange.fields().string("name"));
    }

    private Response delete(Function<IdentityRecords, Optional<Group>> finding) {
        Optional<Group> removed = store.change(draft -> {
            Optional<Group> group = finding.apply(draft.records());
            group.ifPresent(draft::remove);
            return group;
        });
        removed.ifPresent(group -> store.forget(group.id()));
        return Response.none();
    }

    private Optional<Map<String, Object>> line(String id) {
        return store.records().group(id).map(group -> new LinkedHashMap<>(new Shown(store).line(group)));
    }
}
