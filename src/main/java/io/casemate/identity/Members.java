package io.casemate.identity;

import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who is in a group, as a request says it. No group is ever in itself, however many groups lie between. */
final class Members {
    private static final String ENTITIES = "member_entity_ids";
    private static final String GROUPS = "member_group_ids";

    private final Draft draft;
    private final Group group;

    Members(Draft draft, Group group) {
        this.draft = draft;
        this.group = group;
    }

    void replace(Fields fields) {
        if (fields.has(ENTITIES)) {
            internal("member entities can't be set manually for external groups");
            entities(new LinkedHashSet<>(fields.strings(ENTITIES)));
        }
        if (fields.has(GROUPS)) {
            internal("member groups can't be set for external groups");
            groups(new LinkedHashSet<>(fields.strings(GROUPS)));
        }
    }

    private void internal(String refusal) {
        if (group.external()) {
            throw Fault.badRequest(refusal);
        }
    }

    private void entities(Set<String> wanted) {
        List<String> held = draft.records().names(Keys.members(group.id()));
        held.stream().filter(id -> !wanted.contains(id)).forEach(id -> draft.leave(id, group.id()));
        for (String id : wanted) {
            if (draft.records().entity(id).isEmpty()) {
                throw Fault.badRequest("invalid entity ID \"" + id + "\": there is no such entity");
            }
            if (!held.contains(id)) {
                draft.join(id, group.id());
            }
        }
    }

    private void groups(Set<String> wanted) {
        List<String> held = draft.records().names(Keys.children(group.id()));
        held.stream().filter(id -> !wanted.contains(id)).forEach(id -> draft.disown(group.id(), id));
        Set<String> above = draft.records().withAncestors(List.of(group)).keySet();
        for (String id : wanted) {
            if (draft.records().group(id).isEmpty()) {
                throw Fault.badRequest("invalid member group ID \"" + id + "\": there is no such group");
            }
            if (above.contains(id)) {
                throw Fault.badRequest("cyclic relationship detected for member group ID \"" + id
                        + "\": the group would be in itself");
            }
            if (!held.contains(id)) {
                draft.adopt(group.id(), id);
            }
        }
    }
}
