package io.casemate.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of entities and groups. The members of an external one are what an auth method says at each login.
 *
 * @param policies sorted, never {@code root}
 * @param alias of an external group
 * @param changes how often it was written
 */
record Group(
        String id,
        String name,
        boolean external,
        Map<String, String> metadata,
        List<String> policies,
        Optional<Alias> alias,
        long changes,
        Instant created,
        Instant updated) {
    Group {
        metadata = Map.copyOf(metadata);
        policies = List.copyOf(policies);
    }

    static Group fresh(String id, String name, boolean external, Instant now) {
        return new Group(id, name, external, Map.of(), List.of(), Optional.empty(), 0, now, now);
    }

    Group with(Optional<Alias> other, Instant now) {
        return new Group(id, name, external, metadata, policies, other, changes + 1, created, now);
    }

    /** The same, changed now. */
    Group touched(Instant now) {
        return with(alias, now);
    }

    /** Whether the auth method of that mount says who is in it. */
    boolean knownAt(String accessor) {
        return external
                && alias.filter(each -> each.accessor().equals(accessor)).isPresent();
    }

    String type() {
        return external ? "external" : "internal";
    }
}
