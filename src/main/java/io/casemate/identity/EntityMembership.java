package io.casemate.identity;

import io.casemate.kernel.Identity;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** An entity with all the groups it is in, directly or through other groups, as they were at one moment. */
final class EntityMembership implements Identity {
    private static final String ENTITY = "identity.entity.";
    private static final String GROUP_IDS = "identity.groups.ids.";
    private static final String GROUP_NAMES = "identity.groups.names.";
    private static final String METADATA = "metadata.";
    private static final String CUSTOM = "custom_metadata.";
    private static final String ALIASES = "aliases.";

    private final Entity entity;
    private final Map<String, Group> groups;
    private final Map<String, Group> groupsByName = new HashMap<>();
    private final Set<String> policies;

    /**
     * Of {@code entity}.
     *
     * @param groups by id
     */
    EntityMembership(Entity entity, Map<String, Group> groups) {
        this.entity = entity;
        this.groups = Map.copyOf(groups);
        groups.values().forEach(group -> groupsByName.put(group.name(), group));
        TreeSet<String> all = new TreeSet<>(entity.policies());
        groups.values().forEach(group -> all.addAll(group.policies()));
        this.policies = Collections.unmodifiableSet(all);
    }

    boolean disabled() {
        return entity.disabled();
    }

    @Override
    public String entityId() {
        return entity.id();
    }

    @Override
    public Set<String> policies() {
        return policies;
    }

    @Override
    public Optional<String> value(String selector) {
        return raw(selector).filter(text -> !text.isEmpty());
    }

    private Optional<String> raw(String selector) {
        if (selector.startsWith(ENTITY)) {
            return ofEntity(selector.substring(ENTITY.length()));
        }
        if (selector.startsWith(GROUP_IDS)) {
            return ofGroup(groups, selector.substring(GROUP_IDS.length()));
        }
        return selector.startsWith(GROUP_NAMES)
                ? ofGroup(groupsByName, selector.substring(GROUP_NAMES.length()))
                : Optional.empty();
    }

    private Optional<String> ofEntity(String member) {
        if (member.startsWith(ALIASES)) {
            int dot = member.indexOf('.', ALIASES.length());
            return dot < 0
                    ? Optional.empty()
                    : entity.aliasAt(member.substring(ALIASES.length(), dot))
                            .flatMap(alias -> ofAlias(alias, member.substring(dot + 1)));
        }
        return switch (member) {
            case "id" -> Optional.of(entity.id());
            case "name" -> Optional.of(entity.name());
            default -> noted(entity.metadata(), METADATA, member);
        };
    }

    private static Optional<String> ofAlias(Alias alias, String member) {
        return switch (member) {
            case "id" -> Optional.of(alias.id());
            case "name" -> Optional.of(alias.name());
            default -> noted(alias.metadata(), METADATA, member).or(() -> noted(alias.custom(), CUSTOM, member));
        };
    }

    private static Optional<String> ofGroup(Map<String, Group> known, String rest) {
        int dot = rest.indexOf('.');
        Group group = dot < 0 ? null : known.get(rest.substring(0, dot));
        if (group == null) {
            return Optional.empty();
        }
        String member = rest.substring(dot + 1);
        return switch (member) {
            case "id" -> Optional.of(group.id());
            case "name" -> Optional.of(group.name());
            default -> noted(group.metadata(), METADATA, member);
        };
    }

    private static Optional<String> noted(Map<String, String> notes, String prefix, String member) {
        return member.startsWith(prefix)
                ? Optional.ofNullable(notes.get(member.substring(prefix.length())))
                : Optional.empty();
    }
}
