package io.casemate.identity;

import io.casemate.kernel.Fault;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A login: from an alias to an entity. Writes only when something is new. */
final class Recognition {
    private final IdentityStore store;

    Recognition(IdentityStore store) {
        this.store = store;
    }

    Recognised login(Login login) {
        Names.checked("an alias", login.name());
        Optional<Entity> known = store.records().entityKnownAs(login.accessor(), login.name());
        boolean asBefore = known.isPresent() && !differs(store.records(), known.get(), login);
        if (asBefore) {
            return new Recognised(store.admit(known.get().id()), false);
        }
        Known entity = store.change(draft -> settle(draft, login));
        return new Recognised(store.admit(entity.id()), entity.created());
    }

    private record Known(String id, boolean created) {}

    private Known settle(Draft draft, Login login) {
        Instant now = store.now();
        Optional<Entity> there = draft.records().entityKnownAs(login.accessor(), login.name());
        Entity entity = there.orElseGet(() -> newcomer(draft, login, now));
        if (entity.disabled()) {
            throw new Fault.PermissionDenied().asException();
        }
        Alias alias = entity.aliasAt(login.accessor()).orElseThrow();
        if (there.isEmpty() || !alias.metadata().equals(login.metadata())) {
            draft.put(entity.with(alias.told(login.metadata(), now), now));
        }
        Set<String> wanted = wanted(draft.records(), login);
        Set<String> held = held(draft.records(), entity, login.accessor());
        wanted.stream().filter(group -> !held.contains(group)).forEach(group -> draft.join(entity.id(), group));
        held.stream().filter(group -> !wanted.contains(group)).forEach(group -> draft.leave(entity.id(), group));
        return new Known(entity.id(), there.isEmpty());
    }

    private Entity newcomer(Draft draft, Login login, Instant now) {
        String id = store.ids().next();
        Alias alias = Alias.fresh(store.ids().next(), id, login.accessor(), login.name(), now);
        return Entity.fresh(id, EntityEndpoints.freeName(draft.records(), store.ids()), now)
                .with(List.of(alias), now);
    }

    private static boolean differs(IdentityRecords records, Entity entity, Login login) {
        return !entity.aliasAt(login.accessor()).orElseThrow().metadata().equals(login.metadata())
                || !held(records, entity, login.accessor()).equals(wanted(records, login));
    }

    /** External groups which the entity is in and which that mount knows, or none. What other mounts said of it stays. */
    private static Set<String> held(IdentityRecords records, Entity entity, String accessor) {
        return records.groupsOf(entity.id()).stream()
                .filter(Group::external)
                .filter(group -> group.alias()
                        .map(alias -> alias.accessor().equals(accessor))
                        .orElse(true))
                .map(Group::id)
                .collect(Collectors.toSet());
    }

    private static Set<String> wanted(IdentityRecords records, Login login) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : login.groups()) {
            records.groupKnownAs(login.accessor(), name).map(Group::id).ifPresent(wanted::add);
        }
        return wanted;
    }
}
