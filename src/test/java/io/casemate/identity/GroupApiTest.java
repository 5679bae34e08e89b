package io.casemate.identity;

import static io.casemate.identity.IdentityHouse.MACHINES;
import static io.casemate.identity.IdentityHouse.PEOPLE;
import static io.casemate.identity.IdentityHouse.data;
import static io.casemate.identity.IdentityHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Groups, their members and aliases. */
class GroupApiTest {
    private final IdentityHouse house = new IdentityHouse();

    @Test
    void a_group_is_made_once_shown_under_id_and_name_and_changed_by_either() {
        String ann = house.make("entity", Map.of("name", "ann"));
        String id = house.make(
                "group", Map.of("name", "Ops", "policies", "p", "member_entity_ids", ann, "metadata", "k=v"));
        Map<String, Object> shown = house.read("group/id/" + id);
        assertEquals(shown, house.read("group/name/ops"));
        assertEquals("internal", shown.get("type"));
        assertEquals(List.of(ann), shown.get("member_entity_ids"));
        assertEquals(Map.of(), shown.get("alias"));
        assertEquals(1L, shown.get("modify_index"));
        assertEquals(Response.none(), house.write("group/name/OPS", Map.of("policies", "q", "name", "ignored")));
        assertEquals(Set.of("q"), house.store.admit(ann).policies());
        assertEquals(List.of(id), house.read("entity/id/" + ann).get("direct_group_ids"));
        assertEquals(
                "400 group type cannot be changed",
                refusal(() -> house.write("group/id/" + id, Map.of("type", "external"))));
        house.write("group/id/" + id, Map.of("member_entity_ids", List.of()));
        assertEquals(Set.of(), house.store.admit(ann).policies());
    }

    @Test
    void members_of_groups_in_groups_hold_the_policies_of_all_of_them() {
        String ann = house.make("entity", Map.of("name", "ann", "policies", "own"));
        String inner = house.make("group", Map.of("name", "inner", "policies", "i", "member_entity_ids", ann));
        String middle = house.make("group", Map.of("name", "middle", "member_group_ids", inner));
        String outer = house.make("group", Map.of("name", "outer", "policies", "o", "member_group_ids", middle));
        assertEquals(Set.of("own", "i", "o"), house.store.admit(ann).policies());
        Map<String, Object> shown = house.read("entity/id/" + ann);
        assertEquals(List.of(inner), shown.get("direct_group_ids"));
        assertEquals(List.of(middle, outer), shown.get("inherited_group_ids"));
        assertEquals(List.of(middle), house.read("group/id/" + inner).get("parent_group_ids"));
        house.write("group/id/" + outer, Map.of("policies", "other"));
        assertEquals(Set.of("own", "i", "other"), house.store.admit(ann).policies());
        house.delete("group/id/" + middle);
        assertEquals(Set.of("own", "i"), house.store.admit(ann).policies());
        assertNull(house.read("group/id/" + outer).get("member_group_ids"));
        assertNull(house.read("group/id/" + inner).get("parent_group_ids"));
    }

    @Test
    void no_group_is_in_itself() {
        String a = house.make("group", Map.of("name", "a"));
        String b = house.make("group", Map.of("name", "b", "member_group_ids", a));
        String c = house.make("group", Map.of("name", "c", "member_group_ids", b));
        for (String inside : List.of(a, b, c)) {
            String told = refusal(() -> house.write("group/id/" + a, Map.of("member_group_ids", inside)));
            assertTrue(told.contains("cyclic relationship"), told);
        }
        assertNull(house.read("group/id/" + a).get("member_group_ids"));
        house.write("group/id/" + b, Map.of("member_group_ids", List.of()));
        house.write("group/id/" + a, Map.of("member_group_ids", c));
    }

    @Test
    void what_cannot_be_is_refused_and_changes_nothing() {
        String id = house.make("group", Map.of("name", "g"));
        String nobody = "11111111-2222-4333-8444-555555555555";
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("member_entity_ids", nobody),
                Map.of("member_group_ids", nobody),
                Map.of("policies", "root"),
                Map.of("type", "odd"))) {
            assertTrue(refusal(() -> house.write("group/id/" + id, wrong)).startsWith("400"), wrong.toString());
        }
        assertEquals(1L, house.read("group/id/" + id).get("modify_index"));
        house.make("group", Map.of("name", "h"));
        assertEquals(
                "400 group name is already in use", refusal(() -> house.write("group/id/" + id, Map.of("name", "H"))));
        assertTrue(refusal(() -> house.write("group/id/" + nobody, Map.of())).startsWith("400 invalid group ID"));
    }

    @Test
    void an_external_group_has_an_alias_and_no_members_by_hand() {
        String id = house.make("group", Map.of("name", "ext", "type", "external", "policies", "e"));
        assertTrue(refusal(() -> house.write("group/id/" + id, Map.of("member_entity_ids", "")))
                .startsWith("400"));
        String alias = house.make("group-alias", Map.of("name", "Devs", "mount_accessor", PEOPLE, "canonical_id", id));
        assertEquals(alias, ((Map<?, ?>) house.read("group/id/" + id).get("alias")).get("id"));
        assertEquals(id, house.read("group-alias/id/" + alias).get("canonical_id"));
        assertEquals(List.of(alias), house.list("group-alias/id"));
        String internal = house.make("group", Map.of("name", "int"));
        assertEquals(
                "400 alias can't be set on an internal group",
                refusal(() -> house.write(
                        "group-alias", Map.of("name", "x", "mount_accessor", PEOPLE, "canonical_id", internal))));
        assertEquals(
                "400 combination of mount and group alias name is already in use",
                refusal(() -> house.write("group-alias", Map.of("name", "DEVS", "mount_accessor", PEOPLE))));
        Map<String, Object> lookup =
                data(house.write("lookup/group", Map.of("alias_name", "devs", "alias_mount_accessor", PEOPLE)));
        assertEquals(id, lookup.get("id"));
        String other = house.make("group", Map.of("name", "ext2", "type", "external"));
        house.write(
                "group-alias/id/" + alias, Map.of("name", "devs2", "mount_accessor", MACHINES, "canonical_id", other));
        assertEquals(Map.of(), house.read("group/id/" + id).get("alias"));
        assertEquals(
                other,
                data(house.write("lookup/group", Map.of("alias_id", alias))).get("id"));
        house.delete("group-alias/id/" + alias);
        assertEquals("404", refusal(() -> house.read("group-alias/id/" + alias)));
    }

    @Test
    void a_group_deleted_while_the_process_dies_is_gone_at_once_and_cleared_up_later() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            members.add(house.make("entity", Map.of("name", "e" + i)));
        }
        house.make("group", Map.of("name", "g", "policies", "p", "member_entity_ids", members));
        assertEquals(Set.of("p"), house.store.admit(members.getFirst()).policies());
        int before = house.view.commits();
        house.view.beforeCommit(commit -> {
            if (commit > before + 2) {
                throw new IllegalStateException("killed");
            }
        });
        assertThrows(IllegalStateException.class, () -> house.delete("group/name/g"));
        for (String member : members) {
            assertEquals(Set.of(), house.store.admit(member).policies());
        }
        house.view.beforeCommit(commit -> {});
        house.restart();
        assertEquals(
                List.of(),
                house.view.keys().stream()
                        .filter(key ->
                                key.startsWith("member/") || key.startsWith("joined/") || key.startsWith("gone/"))
                        .toList());
    }
}
