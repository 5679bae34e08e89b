package io.casemate.identity;

import io.casemate.barrier.View.Editor;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A transaction on records and their indexes, which it keeps in step. Notes whose cached membership it ends.
 *
 * <p>Who takes something from one record and gives it to another writes the giving one first.
 */
final class Draft {
    private static final byte[] MARK = {1};

    private final Editor editor;
    private final Keys keys;
    private final IdentityRecords records;
    private final Changes changes;

    /** Whose membership has to be read again. */
    static final class Changes {
        private final Set<String> entities = new HashSet<>();
        private boolean everybody;

        Set<String> entities() {
            return entities;
        }

        boolean everybody() {
            return everybody;
        }
    }

    Draft(Editor editor, Keys keys, Changes changes) {
        this.editor = editor;
        this.keys = keys;
        this.records = new IdentityRecords(keys, Source.of(editor));
        this.changes = changes;
    }

    IdentityRecords records() {
        return records;
    }

    /** Writes an entity. It leaves the external groups of every mount that does not know it any more by the name of before. */
    void put(Entity entity) {
        records.entity(entity.id()).ifPresent(before -> {
            unindex(before);
            before.aliases().stream()
                    .filter(alias -> !knownAs(entity, alias))
                    .forEach(alias -> leaveGroupsOf(alias.accessor(), entity.id()));
        });
        editor.put(Keys.ENTITY + entity.id(), Codec.encode(entity));
        point(keys.entityName(entity.name()), entity.id());
        entity.merged().forEach(former -> point(Keys.MERGED + former, entity.id()));
        for (Alias alias : entity.aliases()) {
            point(Keys.ENTITY_ALIAS + alias.id(), entity.id());
            point(keys.entityAlias(alias.accessor(), alias.name()), entity.id());
        }
        changed(entity);
    }

    void remove(Entity entity) {
        unindex(entity);
        editor.delete(Keys.ENTITY + entity.id());
        records.names(Keys.joined(entity.id())).forEach(group -> leave(entity.id(), group));
        changed(entity);
    }

    private static boolean knownAs(Entity entity, Alias alias) {
        return entity.aliasAt(alias.accessor())
                .filter(now -> Keys.folded(now.name()).equals(Keys.folded(alias.name())))
                .isPresent();
    }

    /** No login of that name would take it out of them, and nobody else can. */
    private void leaveGroupsOf(String accessor, String entity) {
        records.groupsOf(entity).stream()
                .filter(group -> group.knownAt(accessor))
                .forEach(group -> leave(entity, group.id()));
    }

    private void unindex(Entity entity) {
        editor.delete(keys.entityName(entity.name()));
        entity.merged().forEach(former -> editor.delete(Keys.MERGED + former));
        for (Alias alias : entity.aliases()) {
            editor.delete(Keys.ENTITY_ALIAS + alias.id());
            editor.delete(keys.entityAlias(alias.accessor(), alias.name()));
        }
    }

    private void changed(Entity entity) {
        changes.entities.add(entity.id());
        changes.entities.addAll(entity.merged());
    }

    /** Writes a group. One that an auth method knows by another alias than before is stale: {@link #empty} is to follow. */
    void put(Group group) {
        records.group(group.id()).ifPresent(before -> {
            unindex(before);
            if (before.external() && !known(before).equals(known(group))) {
                stale(group.id());
            }
        });
        editor.put(Keys.GROUP + group.id(), Codec.encode(group));
        point(keys.groupName(group.name()), group.id());
        group.alias().ifPresent(alias -> {
            point(Keys.GROUP_ALIAS + alias.id(), group.id());
            point(keys.groupAlias(alias.accessor(), alias.name()), group.id());
        });
        changes.everybody = true;
    }

    /** Removes a group from sight; {@link #forget} then takes it from its members. */
    void remove(Group group) {
        unindex(group);
        editor.delete(Keys.GROUP + group.id());
        editor.put(Keys.GONE + group.id(), MARK);
        changes.everybody = true;
    }

    /** Who is in the group is in it by the word of a method, or a name there, that counts no more. */
    void stale(String group) {
        editor.put(Keys.STALE + group, MARK);
    }

    /** Takes at most {@code limit} members out of a stale group; whether there may be more. */
    boolean empty(String group, int limit) {
        List<String> members = editor.list(Keys.members(group), "", limit);
        members.forEach(key -> leave(key.substring(Keys.members(group).length()), group));
        if (members.isEmpty()) {
            editor.delete(Keys.STALE + group);
        }
        return !members.isEmpty();
    }

    private static Optional<List<String>> known(Group group) {
        return group.alias().map(alias -> List.of(alias.accessor(), Keys.folded(alias.name())));
    }

    /** Takes a removed group from at most {@code limit} members; whether there may be more. */
    boolean forget(String group, int limit) {
        int done = 0;
        for (String key : editor.list(Keys.members(group), "", limit)) {
            leave(key.substring(Keys.members(group).length()), group);
            done++;
        }
        for (String key : editor.list(Keys.children(group), "", limit)) {
            disown(group, key.substring(Keys.children(group).length()));
            done++;
        }
        for (String key : editor.list(Keys.parents(group), "", limit)) {
            disown(key.substring(Keys.parents(group).length()), group);
            done++;
        }
        if (done == 0) {
            editor.delete(Keys.GONE + group);
        }
        return done > 0;
    }

    private void unindex(Group group) {
        editor.delete(keys.groupName(group.name()));
        group.alias().ifPresent(alias -> {
            editor.delete(Keys.GROUP_ALIAS + alias.id());
            editor.delete(keys.groupAlias(alias.accessor(), alias.name()));
        });
    }

    void join(String entity, String group) {
        editor.put(Keys.joined(entity) + group, MARK);
        editor.put(Keys.members(group) + entity, MARK);
        changes.entities.add(entity);
    }

    void leave(String entity, String group) {
        editor.delete(Keys.joined(entity) + group);
        editor.delete(Keys.members(group) + entity);
        changes.entities.add(entity);
    }

    void adopt(String parent, String child) {
        editor.put(Keys.children(parent) + child, MARK);
        editor.put(Keys.parents(child) + parent, MARK);
        changes.everybody = true;
    }

    void disown(String parent, String child) {
        editor.delete(Keys.children(parent) + child);
        editor.delete(Keys.parents(child) + parent);
        changes.everybody = true;
    }

    private void point(String key, String id) {
        byte[] text = id.getBytes(StandardCharsets.US_ASCII);
        byte[] pointer = new byte[text.length + 1];
        pointer[0] = 1;
        System.arraycopy(text, 0, pointer, 1, text.length);
        editor.put(key, pointer);
    }
}
