package io.casemate.identity;

import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Entities, groups and aliases as the API shows them. */
final class Shown {
    private final IdentityRecords records;
    private final Function<String, Optional<MountInfo>> mounts;

    Shown(IdentityStore store) {
        this.records = store.records();
        this.mounts = store::mount;
    }

    Map<String, Object> entity(Entity entity) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", entity.id());
        shown.put("name", entity.name());
        shown.put("metadata", orNull(entity.metadata()));
        shown.put("merged_entity_ids", entity.merged().isEmpty() ? null : entity.merged());
        shown.put("policies", entity.policies());
        shown.put("disabled", entity.disabled());
        shown.put("namespace_id", Request.ROOT_NAMESPACE);
        shown.put("creation_time", entity.created().toString());
        shown.put("last_update_time", entity.updated().toString());
        shown.put("aliases", entity.aliases().stream().map(this::alias).toList());
        List<Group> direct = records.groupsOf(entity.id());
        List<String> all = new ArrayList<>(records.withAncestors(direct).keySet());
        shown.put("direct_group_ids", all.subList(0, direct.size()));
        shown.put("inherited_group_ids", all.subList(direct.size(), all.size()));
        shown.put("group_ids", all);
        return shown;
    }

    Map<String, Object> group(Group group) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", group.id());
        shown.put("name", group.name());
        shown.put("type", group.type());
        shown.put("metadata", orNull(group.metadata()));
        shown.put("policies", group.policies());
        shown.put("member_entity_ids", orNull(records.names(Keys.members(group.id()))));
        shown.put("member_group_ids", orNull(records.names(Keys.children(group.id()))));
        shown.put("parent_group_ids", orNull(records.names(Keys.parents(group.id()))));
        shown.put("modify_index", group.changes());
        shown.put("namespace_id", Request.ROOT_NAMESPACE);
        shown.put("creation_time", group.created().toString());
        shown.put("last_update_time", group.updated().toString());
        shown.put("alias", group.alias().map(this::alias).orElse(Map.of()));
        return shown;
    }

    Map<String, Object> alias(Alias alias) {
        Map<String, Object> shown = new LinkedHashMap<>(brief(alias));
        shown.put("canonical_id", alias.owner());
        shown.put("metadata", orNull(alias.metadata()));
        shown.put("custom_metadata", orNull(alias.custom()));
        shown.put("merged_from_canonical_ids", alias.mergedFrom().isEmpty() ? null : alias.mergedFrom());
        shown.put("namespace_id", Request.ROOT_NAMESPACE);
        shown.put("local", false);
        shown.put("creation_time", alias.created().toString());
        shown.put("last_update_time", alias.updated().toString());
        return shown;
    }

    /** A line of the list of entities. */
    Map<String, Object> line(Entity entity) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", entity.name());
        if (!entity.aliases().isEmpty()) {
            line.put("aliases", entity.aliases().stream().map(this::brief).toList());
        }
        return line;
    }

    /** A line of the list of groups. */
    Map<String, Object> line(Group group) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", group.name());
        line.put("num_member_entities", records.names(Keys.members(group.id())).size());
        line.put("num_parent_groups", records.names(Keys.parents(group.id())).size());
        group.alias().ifPresent(alias -> line.put("alias", brief(alias)));
        return line;
    }

    /** A line of a list of aliases. */
    Map<String, Object> line(Alias alias) {
        Map<String, Object> line = new LinkedHashMap<>(brief(alias));
        line.put("canonical_id", alias.owner());
        line.put("metadata", orNull(alias.metadata()));
        line.put("custom_metadata", orNull(alias.custom()));
        line.put("local", false);
        return line;
    }

    private Map<String, Object> brief(Alias alias) {
        Map<String, Object> brief = new LinkedHashMap<>();
        brief.put("id", alias.id());
        brief.put("name", alias.name());
        brief.put("mount_accessor", alias.accessor());
        mounts.apply(alias.accessor()).ifPresent(mount -> {
            brief.put("mount_type", mount.type());
            brief.put("mount_path", mount.path());
        });
        return brief;
    }

    private static Object orNull(Map<String, String> notes) {
        return notes.isEmpty() ? null : notes;
    }

    /** Clients of Vault are told of no members by null. */
    private static Object orNull(List<String> names) {
        return names.isEmpty() ? null : names;
    }
}
