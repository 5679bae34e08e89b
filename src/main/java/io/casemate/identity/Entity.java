package io.casemate.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A person or a machine, whatever it logs in with.
 *
 * @param policies sorted, never {@code root}
 * @param aliases at most one for each mount
 * @param merged ids of entities that became part of this one; tokens of theirs are now its
 */
record Entity(
        String id,
        String name,
        Map<String, String> metadata,
        List<String> policies,
        boolean disabled,
        List<Alias> aliases,
        List<String> merged,
        Instant created,
        Instant updated) {
    Entity {
        metadata = Map.copyOf(metadata);
        policies = List.copyOf(policies);
        aliases = List.copyOf(aliases);
        merged = List.copyOf(merged);
    }

    static Entity fresh(String id, String name, Instant now) {
        return new Entity(id, name, Map.of(), List.of(), false, List.of(), List.of(), now, now);
    }

    Optional<Alias> alias(String aliasId) {
        return aliases.stream().filter(each -> each.id().equals(aliasId)).findFirst();
    }

    Optional<Alias> aliasAt(String accessor) {
        return aliases.stream().filter(each -> each.accessor().equals(accessor)).findFirst();
    }

    /** With {@code alias} in place of the one of its id, if there is one. */
    Entity with(Alias alias, Instant now) {
        List<Alias> all = new ArrayList<>(without(each -> each.id().equals(alias.id())));
        all.add(alias);
        return with(all, now);
    }

    Entity without(Alias alias, Instant now) {
        return with(without(each -> each.id().equals(alias.id())), now);
    }

    Entity with(List<Alias> all, Instant now) {
        return new Entity(id, name, metadata, policies, disabled, all, merged, created, now);
    }

    private List<Alias> without(Predicate<Alias> which) {
        return aliases.stream().filter(which.negate()).toList();
    }
}
