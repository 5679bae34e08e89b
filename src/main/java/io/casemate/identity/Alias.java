package io.casemate.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The name under which an auth method knows an entity or an external group.
 *
 * @param owner the entity's or group's id ({@code canonical_id} in the API)
 * @param accessor of the auth method's mount
 * @param metadata what the auth method said at the last login
 * @param custom what operators noted
 * @param mergedFrom entities it belonged to before merges
 */
record Alias(
        String id,
        String owner,
        String accessor,
        String name,
        Map<String, String> metadata,
        Map<String, String> custom,
        List<String> mergedFrom,
        Instant created,
        Instant updated) {
    Alias {
        metadata = Map.copyOf(metadata);
        custom = Map.copyOf(custom);
        mergedFrom = List.copyOf(mergedFrom);
    }

    static Alias fresh(String id, String owner, String accessor, String name, Instant now) {
        return new Alias(id, owner, accessor, name, Map.of(), Map.of(), List.of(), now, now);
    }

    Alias named(String otherAccessor, String otherName, Instant now) {
        return new Alias(id, owner, otherAccessor, otherName, metadata, custom, mergedFrom, created, now);
    }

    Alias noting(Map<String, String> other, Instant now) {
        return new Alias(id, owner, accessor, name, metadata, other, mergedFrom, created, now);
    }

    Alias told(Map<String, String> other, Instant now) {
        return new Alias(id, owner, accessor, name, other, custom, mergedFrom, created, now);
    }

    Alias movedTo(String other, Instant now) {
        return new Alias(id, other, accessor, name, metadata, custom, mergedFrom, created, now);
    }

    Alias mergedInto(String other, Instant now) {
        List<String> from = new ArrayList<>(mergedFrom);
        from.add(owner);
        return new Alias(id, other, accessor, name, metadata, custom, from, created, now);
    }
}
