package io.casemate.identity;

import io.casemate.kernel.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes entities part of another one, which then has their aliases, policies, groups and tokens; notes and name stay its
 * own. Nothing happens while two aliases of one mount would meet and nobody said which of them stays, nor, unless forced, when
 * somebody who is disabled would become part of somebody who is not, and come back by that.
 */
final class Merge {
    private final Draft draft;
    private final List<String> keep;
    private final Instant now;
    private final Map<String, Alias> aliases = new LinkedHashMap<>();
    private final List<String> conflicts = new ArrayList<>();

    /** With the ids of the aliases that stay where two meet. */
    Merge(Draft draft, List<String> keep, Instant now) {
        this.draft = draft;
        this.keep = keep;
        this.now = now;
    }

    void into(String toId, List<String> fromIds, boolean force) {
        Entity to = found(toId, "to_entity_id");
        List<Entity> others = others(toId, fromIds);
        refuseRevival(to, others, force);
        to.aliases().forEach(alias -> aliases.put(alias.accessor(), alias));
        others.forEach(other -> other.aliases().forEach(this::take));
        if (!conflicts.isEmpty()) {
            List<String> told = new ArrayList<>();
            told.add(
                    "aliases of the same mount meet: say in 'conflicting_alias_ids_to_keep' which one of each pair stays");
            told.addAll(conflicts);
            throw new Fault.BadRequest(told).asException();
        }
        Set<String> policies = new TreeSet<>(to.policies());
        Set<String> merged = new LinkedHashSet<>(to.merged());
        Set<String> groups = new LinkedHashSet<>();
        for (Entity other : others) {
            policies.addAll(other.policies());
            merged.addAll(other.merged());
            merged.add(other.id());
            draft.records().groupsOf(other.id()).stream()
                    .filter(group -> brings(other, group))
                    .map(Group::id)
                    .forEach(groups::add);
            draft.remove(other);
        }
        draft.put(new Entity(
                to.id(),
                to.name(),
                to.metadata(),
                List.copyOf(policies),
                to.disabled(),
                aliases.values().stream().map(alias -> moved(alias, to.id())).toList(),
                List.copyOf(merged),
                to.created(),
                now));
        groups.forEach(group -> draft.join(to.id(), group));
    }

    /** What a mount said of a name goes where the name goes, and with a name that nobody has any more it counts for nothing. */
    private boolean brings(Entity other, Group group) {
        return !group.external()
                || group.alias()
                        .map(Alias::accessor)
                        .flatMap(accessor -> other.aliasAt(accessor))
                        .filter(alias -> aliases.get(alias.accessor()).equals(alias))
                        .isPresent();
    }

    private static void refuseRevival(Entity to, List<Entity> others, boolean force) {
        others.stream()
                .filter(other -> other.disabled() && !to.disabled() && !force)
                .findFirst()
                .ifPresent(other -> {
                    throw Fault.badRequest("entity \"" + other.id()
                            + "\" is disabled, and its tokens and logins would work again as those of entity \""
                            + to.id()
                            + "\": disable that one too, or send 'force' if this is wanted");
                });
    }

    private List<Entity> others(String toId, List<String> fromIds) {
        if (fromIds.isEmpty()) {
            throw Fault.badRequest("field 'from_entity_ids': missing entity ids to merge from");
        }
        if (fromIds.contains(toId)) {
            throw Fault.badRequest("to_entity_id should not be present in from_entity_ids");
        }
        return fromIds.stream()
                .distinct()
                .map(id -> found(id, "from_entity_ids"))
                .toList();
    }

    private Entity found(String id, String field) {
        return draft.records()
                .entity(id)
                .orElseThrow(() -> Fault.badRequest("field '" + field + "': no entity has the id \"" + id + "\""));
    }

    private void take(Alias alias) {
        Alias other = aliases.get(alias.accessor());
        boolean keepsIt = keep.contains(alias.id());
        if (other == null || (keepsIt && !keep.contains(other.id()))) {
            aliases.put(alias.accessor(), alias);
        } else if (keepsIt || !keep.contains(other.id())) {
            conflicts.add(
                    "mount " + alias.accessor() + ": alias " + other.id() + " (\"" + other.name() + "\" of entity "
                            + other.owner() + ") or alias " + alias.id() + " (\"" + alias.name() + "\" of entity "
                            + alias.owner()
                            + ")");
        }
    }

    private Alias moved(Alias alias, String to) {
        return alias.owner().equals(to) ? alias : alias.mergedInto(to, now);
    }
}
