package io.casemate.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds records, each by one or two direct reads. */
final class IdentityRecords {
    private static final int PAGE = 500;

    private final Keys keys;
    private final Source source;

    IdentityRecords(Keys keys, Source source) {
        this.keys = keys;
        this.source = source;
    }

    Optional<Entity> entity(String id) {
        return Ids.plausible(id)
                ? source.get(Keys.ENTITY + id).map(stored -> Codec.entity(id, stored))
                : Optional.empty();
    }

    /** The same, or the entity it has become part of. */
    Optional<Entity> entityNow(String id) {
        Optional<Entity> itself = entity(id);
        return itself.isPresent() || !Ids.plausible(id)
                ? itself
                : pointer(Keys.MERGED + id).flatMap(this::entity);
    }

    Optional<Entity> entityNamed(String name) {
        return pointer(keys.entityName(name)).flatMap(this::entity);
    }

    Optional<Entity> entityOfAlias(String aliasId) {
        return Ids.plausible(aliasId) ? pointer(Keys.ENTITY_ALIAS + aliasId).flatMap(this::entity) : Optional.empty();
    }

    Optional<Entity> entityKnownAs(String accessor, String name) {
        return pointer(keys.entityAlias(accessor, name)).flatMap(this::entity);
    }

    Optional<Group> group(String id) {
        return Ids.plausible(id)
                ? source.get(Keys.GROUP + id).map(stored -> Codec.group(id, stored))
                : Optional.empty();
    }

    Optional<Group> groupNamed(String name) {
        return pointer(keys.groupName(name)).flatMap(this::group);
    }

    Optional<Group> groupOfAlias(String aliasId) {
        return Ids.plausible(aliasId) ? pointer(Keys.GROUP_ALIAS + aliasId).flatMap(this::group) : Optional.empty();
    }

    Optional<Group> groupKnownAs(String accessor, String name) {
        return pointer(keys.groupAlias(accessor, name)).flatMap(this::group);
    }

    /** The groups that an entity is a member of itself. Memberships of groups that are no more do not count. */
    List<Group> groupsOf(String entityId) {
        return names(Keys.joined(entityId)).stream()
                .map(this::group)
                .flatMap(Optional::stream)
                .toList();
    }

    /** {@code groups} and all groups they are in, by id; those first. */
    Map<String, Group> withAncestors(List<Group> groups) {
        Map<String, Group> found = new LinkedHashMap<>();
        groups.forEach(group -> found.put(group.id(), group));
        List<Group> next = groups;
        while (!next.isEmpty()) {
            List<Group> above = new ArrayList<>();
            for (Group group : next) {
                for (String parent : names(Keys.parents(group.id()))) {
                    if (!found.containsKey(parent)) {
                        group(parent).ifPresent(there -> {
                            found.put(parent, there);
                            above.add(there);
                        });
                    }
                }
            }
            next = above;
        }
        return found;
    }

    /** All names in one folder. */
    List<String> names(String folder) {
        List<String> names = new ArrayList<>();
        List<String> page = source.list(folder, "", PAGE);
        while (!page.isEmpty()) {
            page.forEach(key -> names.add(key.substring(folder.length())));
            page = page.size() < PAGE ? List.of() : source.list(folder, page.getLast(), PAGE);
        }
        return names;
    }

    private Optional<String> pointer(String key) {
        return source.get(key).map(stored -> new String(stored, 1, stored.length - 1, StandardCharsets.US_ASCII));
    }
}
