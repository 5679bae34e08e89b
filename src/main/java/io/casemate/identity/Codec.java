package io.casemate.identity;

import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        return read(
                "entity",
                id,
                stored,
                members -> new Entity(
                        id,
                        (String) members.get("name"),
                        texts(members.get("metadata")),
                        list(members.get("policies")),
                        (Boolean) members.get("disabled"),
                        ((List<?>) members.get("aliases"))
                                .stream()
                                        .map(each -> alias(id, (Map<?, ?>) each))
                                        .toList(),
                        list(members.get("merged")),
                        Instant.parse((String) members.get("created")),
                        Instant.parse((String) members.get("updated"))));
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
        return read(
                "group",
                id,
                stored,
                members -> new Group(
                        id,
                        (String) members.get("name"),
                        (Boolean) members.get("external"),
                        texts(members.get("metadata")),
                        list(members.get("policies")),
                        Optional.ofNullable((Map<?, ?>) members.get("alias")).map(each -> alias(id, each)),
                        (Long) members.get("changes"),
                        Instant.parse((String) members.get("created")),
                        Instant.parse((String) members.get("updated"))));
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

    private static Alias alias(String owner, Map<?, ?> members) {
        return new Alias(
                (String) members.get("id"),
                owner,
                (String) members.get("accessor"),
                (String) members.get("name"),
                texts(members.get("metadata")),
                texts(members.get("custom")),
                list(members.get("merged_from")),
                Instant.parse((String) members.get("created")),
                Instant.parse((String) members.get("updated")));
    }

    private static Map<String, String> texts(Object stored) {
        Map<String, String> texts = new LinkedHashMap<>();
        ((Map<?, ?>) stored).forEach((name, value) -> texts.put((String) name, (String) value));
        return texts;
    }

    private static List<String> list(Object stored) {
        return ((List<?>) stored).stream().map(String.class::cast).toList();
    }

    private static <T> T read(
            String kind, String id, byte[] stored, java.util.function.Function<Map<String, Object>, T> reading) {
        try {
            return reading.apply(JsonRecord.read(stored));
        } catch (ClassCastException | NullPointerException | DateTimeException e) {
            throw corrupt(kind, id, e);
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.BadRequest ? corrupt(kind, id, e) : e;
        }
    }

    private static FaultException corrupt(String kind, String id, RuntimeException cause) {
        return new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "the record of " + kind + " " + id + " is not one")
                .causedBy(cause);
    }
}
