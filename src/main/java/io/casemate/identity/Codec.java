package io.casemate.identity;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.util.LinkedHashMap;
import java.util.Map;

/** Entities and groups as they are stored; docs/formats/identity.md. */
final class Codec {
    private Codec() {}

    static byte[] encode(Entity entity) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", entity.name());
        members.put("metadata", entity.metadata());
        members.put("policies", entity.policies());
        members.put("disabled", entity.disabled());
        members.put("aliases", entity.aliases().stream().map(Codec::members).toList());
        members.put("merged", entity.merged());
        members.put("created", entity.created().toString());
        members.put("updated", entity.updated().toString());
        return JsonRecord.of(members);
    }

    static Entity entity(String id, byte[] stored) {
        Members members = Members.read("the record of entity " + id, stored);
        return new Entity(
                id,
                members.text("name"),
                members.texts("metadata"),
                members.strings("policies"),
                members.flag("disabled"),
                members.parts("aliases").stream().map(each -> alias(id, each)).toList(),
                members.strings("merged"),
                members.instant("created"),
                members.instant("updated"));
    }

    static byte[] encode(Group group) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", group.name());
        members.put("external", group.external());
        members.put("metadata", group.metadata());
        members.put("policies", group.policies());
        members.put("alias", group.alias().map(Codec::members).orElse(null));
        members.put("changes", group.changes());
        members.put("created", group.created().toString());
        members.put("updated", group.updated().toString());
        return JsonRecord.of(members);
    }

    static Group group(String id, byte[] stored) {
        Members members = Members.read("the record of group " + id, stored);
        return new Group(
                id,
                members.text("name"),
                members.flag("external"),
                members.texts("metadata"),
                members.strings("policies"),
                members.partIfAny("alias").map(each -> alias(id, each)),
                members.number("changes"),
                members.instant("created"),
                members.instant("updated"));
    }

    private static Map<String, Object> members(Alias alias) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", alias.id());
        members.put("accessor", alias.accessor());
        members.put("name", alias.name());
        members.put("metadata", alias.metadata());
        members.put("custom", alias.custom());
        members.put("merged_from", alias.mergedFrom());
        members.put("created", alias.created().toString());
        members.put("updated", alias.updated().toString());
        return members;
    }

    private static Alias alias(String owner, Members members) {
        return new Alias(
                members.text("id"),
                owner,
                members.text("accessor"),
                members.text("name"),
                members.texts("metadata"),
                members.texts("custom"),
                members.strings("merged_from"),
                members.instant("created"),
                members.instant("updated"));
    }
}
