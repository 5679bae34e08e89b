package io.casemate.identity;

import static io.casemate.identity.IdentityHouse.MACHINES;
import static io.casemate.identity.IdentityHouse.PEOPLE;
import static io.casemate.identity.IdentityHouse.data;
import static io.casemate.identity.IdentityHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.Paging;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Entities, their aliases, lookups and merges. */
class EntityApiTest {
    private final IdentityHouse house = new IdentityHouse();

    @Test
    void an_entity_is_made_once_shown_under_id_and_name_and_changed_by_either() {
        Map<String, Object> made = data(house.write(
                "entity", Map.of("name", "Ann", "policies", "Team,base", "metadata", Map.of("team", "blue"))));
        String id = (String) made.get("id");
        assertEquals("Ann", made.get("name"));
        assertTrue(made.containsKey("aliases"));
        Map<String, Object> shown = house.read("entity/id/" + id);
        assertEquals(shown, house.read("entity/name/ANN"));
        assertEquals(List.of("base", "team"), shown.get("policies"));
        assertEquals(Map.of("team", "blue"), shown.get("metadata"));
        assertEquals(false, shown.get("disabled"));
        assertEquals("root", shown.get("namespace_id"));
        assertEquals("2026-11-22T00:00:00Z", shown.get("creation_time"));
        assertEquals(Response.none(), house.write("entity", Map.of("name", "ann", "disabled", true)));
        assertEquals(Response.none(), house.write("entity/id/" + id, Map.of("metadata", Map.of())));
        assertEquals(Response.none(), house.write("entity/name/ann", Map.of("policies", List.of())));
        shown = house.read("entity/id/" + id);
        assertEquals(true, shown.get("disabled"));
        assertNull(shown.get("metadata"));
        assertEquals(List.of(), shown.get("policies"));
    }

    @Test
    void renaming_frees_the_old_name_and_refuses_a_taken_one() {
        String ann = house.make("entity", Map.of("name", "ann"));
        house.make("entity", Map.of("name", "bob"));
        assertEquals(
                "400 entity name is already in use",
                refusal(() -> house.write("entity/id/" + ann, Map.of("name", "BOB"))));
        house.write("entity/id/" + ann, Map.of("name", "anna"));
        assertEquals("404", refusal(() -> house.read("entity/name/ann")));
        assertEquals(ann, house.read("entity/name/anna").get("id"));
        assertEquals(List.of("anna", "bob"), house.list("entity/name"));
        house.delete("entity/name/anna");
        assertEquals("404", refusal(() -> house.read("entity/id/" + ann)));
        assertEquals(List.of("bob"), house.list("entity/name"));
        assertEquals(1, house.list("entity/id").size());
    }

    @Test
    void what_cannot_be_is_refused_and_changes_nothing() {
        assertEquals(
                "400 policies cannot contain root", refusal(() -> house.write("entity", Map.of("policies", "Root"))));
        assertTrue(refusal(() -> house.write("entity", Map.of("name", "a\nb"))).startsWith("400"));
        assertTrue(refusal(() -> house.write("entity", Map.of("name", "x".repeat(1025))))
                .startsWith("400"));
        assertTrue(refusal(() -> house.write("entity", Map.of("metadata", Map.of("a b", "c"))))
                .startsWith("400"));
        assertTrue(refusal(() -> house.write("entity", Map.of("metadata", Map.of("a", "c".repeat(513)))))
                .startsWith("400"));
        assertTrue(refusal(() -> house.write("entity", Map.of("id", "none"))).startsWith("400"));
        assertEquals("404", refusal(() -> house.list("entity/id")));
        assertEquals("404", refusal(() -> house.read("entity/id/..%2fsalt")));
    }

    @Test
    void an_alias_leads_to_one_entity_whatever_the_case_of_its_name() {
        Map<String, Object> made = data(house.write("entity-alias", Map.of("name", "Ann@x", "mount_accessor", PEOPLE)));
        String entity = (String) made.get("canonical_id");
        String alias = (String) made.get("id");
        Map<String, Object> shown = house.read("entity-alias/id/" + alias);
        assertEquals("auth/people/", shown.get("mount_path"));
        assertEquals("userpass", shown.get("mount_type"));
        assertEquals(entity, shown.get("canonical_id"));
        assertEquals(entity, house.login(PEOPLE, "ann@X").identity().entityId());
        house.write("entity-alias", Map.of("name", "ANN@x", "mount_accessor", PEOPLE, "canonical_id", entity));
        assertEquals(List.of(alias), house.list("entity-alias/id"));
        assertEquals(
                "400 invalid mount accessor \"none\"",
                refusal(() -> house.write("entity-alias", Map.of("name", "x", "mount_accessor", "none"))));
        assertEquals(
                "400 Alias already exists for requested entity and mount accessor",
                refusal(() -> house.write(
                        "entity-alias", Map.of("name", "y", "mount_accessor", PEOPLE, "canonical_id", entity))));
        house.write(
                "entity-alias",
                Map.of(
                        "name",
                        "m",
                        "mount_accessor",
                        MACHINES,
                        "entity_id",
                        entity,
                        "custom_metadata",
                        Map.of("k", "v")));
        assertEquals(2, ((List<?>) house.read("entity/id/" + entity).get("aliases")).size());
        house.delete("entity-alias/id/" + alias);
        assertEquals(1, ((List<?>) house.read("entity/id/" + entity).get("aliases")).size());
        assertEquals("404", refusal(() -> house.read("entity-alias/id/" + alias)));
        assertFalse(house.login(PEOPLE, "ann@x").identity().entityId().equals(entity));
    }

    @Test
    void an_alias_moves_to_another_entity_with_its_logins() {
        String ann = house.make("entity", Map.of("name", "ann"));
        String bob = house.make("entity", Map.of("name", "bob"));
        String alias = house.make("entity-alias", Map.of("name", "a", "mount_accessor", PEOPLE, "canonical_id", ann));
        assertEquals(ann, house.login(PEOPLE, "a").identity().entityId());
        house.write("entity-alias/id/" + alias, Map.of("canonical_id", bob, "name", "b"));
        assertEquals(bob, house.login(PEOPLE, "b").identity().entityId());
        assertEquals(List.of(), house.read("entity/id/" + ann).get("aliases"));
        assertEquals("400 alias with combination of mount accessor and name already exists", refusal(() -> {
            String other = house.make("entity-alias", Map.of("name", "c", "mount_accessor", PEOPLE));
            house.write("entity-alias/id/" + other, Map.of("name", "B"));
        }));
    }

    @Test
    void lookups_find_by_one_criterion_and_answer_nothing_when_nothing_is_there() {
        String ann = house.make("entity", Map.of("name", "ann"));
        String alias = house.make("entity-alias", Map.of("name", "a", "mount_accessor", PEOPLE, "canonical_id", ann));
        for (Map<String, Object> criterion : List.<Map<String, Object>>of(
                Map.of("id", ann),
                Map.of("name", "ANN"),
                Map.of("alias_id", alias),
                Map.of("alias_name", "a", "alias_mount_accessor", PEOPLE))) {
            assertEquals(ann, data(house.write("lookup/entity", criterion)).get("id"), criterion.toString());
        }
        assertEquals(Response.none(), house.write("lookup/entity", Map.of("name", "nobody")));
        assertEquals(Response.none(), house.write("lookup/entity", Map.of("id", "../salt")));
        assertEquals("400 query parameter not supplied", refusal(() -> house.write("lookup/entity", Map.of())));
        assertTrue(refusal(() -> house.write("lookup/entity", Map.of("id", ann, "name", "ann")))
                .contains("conflict"));
        assertTrue(refusal(() -> house.write("lookup/entity", Map.of("alias_name", "a")))
                .contains("both"));
    }

    @Test
    void lists_are_paged_and_tell_of_what_they_list() {
        for (int i = 0; i < 230; i++) {
            house.make("entity", Map.of("name", String.format("e%03d", i)));
        }
        assertEquals(230, house.list("entity/id").size());
        Map<String, Object> page =
                data(house.ask(Operation.LIST, "entity/name", Map.of("after", "e100", "limit", "3")));
        assertEquals(List.of("e101", "e102", "e103"), page.get("keys"));
        assertEquals(3, ((Map<?, ?>) page.get("key_info")).size());
        List<?> ids = house.list("entity/id");
        Map<String, Object> byId =
                data(house.ask(Operation.LIST, "entity/id", Map.of("after", ids.get(99), "limit", 2L)));
        assertEquals(ids.subList(100, 102), byId.get("keys"));
    }

    @Test
    void what_is_too_much_for_one_answer_is_paged() {
        for (int i = 0; i <= Paging.MOST_DETAILED; i++) {
            house.make("entity", Map.of("name", "e" + i));
        }
        for (String order : List.of("entity/id", "entity/name")) {
            assertTrue(refusal(() -> house.list(order)).startsWith("400 there are more than " + Paging.MOST_DETAILED));
        }
        Map<String, Object> asked = Map.of("after", "e10", "limit", 2L);
        assertEquals(
                List.of("e100", "e1000"),
                data(house.ask(Operation.LIST, "entity/name", asked)).get("keys"));
    }

    @Test
    void many_are_deleted_at_once() {
        String ann = house.make("entity", Map.of("name", "ann"));
        String bob = house.make("entity", Map.of("name", "bob"));
        house.make("entity", Map.of("name", "eve"));
        house.write("entity/batch-delete", Map.of("entity_ids", List.of(ann, bob, "gone")));
        assertEquals(List.of("eve"), house.list("entity/name"));
        assertTrue(refusal(() -> house.write("entity/batch-delete", Map.of())).startsWith("400"));
    }

    @Test
    void a_merge_takes_over_aliases_policies_groups_and_former_ids() {
        String to = house.make("entity", Map.of("name", "to", "policies", "a"));
        String from = house.make("entity", Map.of("name", "from", "policies", "b"));
        String older = house.make("entity", Map.of("name", "older"));
        house.make("entity-alias", Map.of("name", "x", "mount_accessor", PEOPLE, "canonical_id", from));
        house.make("entity-alias", Map.of("name", "y", "mount_accessor", MACHINES, "canonical_id", older));
        house.make("group", Map.of("name", "g", "policies", "c", "member_entity_ids", from));
        house.write("entity/merge", Map.of("to_entity_id", from, "from_entity_ids", older));
        house.write("entity/merge", Map.of("to_entity_id", to, "from_entity_ids", List.of(from, from)));
        Map<String, Object> shown = house.read("entity/id/" + to);
        assertEquals(List.of("a", "b"), shown.get("policies"));
        assertEquals(List.of(older, from), shown.get("merged_entity_ids"));
        assertEquals(2, ((List<?>) shown.get("aliases")).size());
        for (String id : List.of(to, from, older)) {
            assertEquals(to, house.store.admit(id).entityId());
            assertEquals(java.util.Set.of("a", "b", "c"), house.store.admit(id).policies());
        }
        assertEquals(to, house.login(PEOPLE, "x").identity().entityId());
        house.delete("entity/id/" + to);
        assertEquals("403", refusal(() -> house.store.admit(from)));
    }

    @Test
    void a_merge_does_not_bring_back_who_is_disabled_unless_forced() {
        String to = house.make("entity", Map.of("name", "to"));
        String from = house.make("entity", Map.of("name", "from", "disabled", true));
        house.make("entity-alias", Map.of("name", "x", "mount_accessor", PEOPLE, "canonical_id", from));
        Map<String, Object> merge = Map.of("to_entity_id", to, "from_entity_ids", from);
        String told = refusal(() -> house.write("entity/merge", merge));
        assertTrue(told.contains(from) && told.contains("is disabled") && told.contains("'force'"), told);
        assertEquals("403", refusal(() -> house.store.admit(from)));
        assertEquals("403", refusal(() -> house.login(PEOPLE, "x")));
        String off = house.make("entity", Map.of("name", "off", "disabled", true));
        house.write("entity/merge", Map.of("to_entity_id", off, "from_entity_ids", from));
        assertEquals("403", refusal(() -> house.login(PEOPLE, "x")));
        house.write("entity/merge", Map.of("to_entity_id", to, "from_entity_ids", off, "force", true));
        assertEquals(to, house.login(PEOPLE, "x").identity().entityId());
    }

    @Test
    void aliases_that_meet_in_a_merge_are_told_and_settled_by_choice() {
        String to = house.make("entity", Map.of("name", "to"));
        String from = house.make("entity", Map.of("name", "from"));
        String kept = house.make("entity-alias", Map.of("name", "x", "mount_accessor", PEOPLE, "canonical_id", to));
        String lost = house.make("entity-alias", Map.of("name", "y", "mount_accessor", PEOPLE, "canonical_id", from));
        Map<String, Object> merge = Map.of("to_entity_id", to, "from_entity_ids", from);
        String told = refusal(() -> house.write("entity/merge", merge));
        assertTrue(told.contains(kept) && told.contains(lost) && told.contains(PEOPLE), told);
        assertEquals(2, house.list("entity/id").size());
        house.write(
                "entity/merge",
                Map.of("to_entity_id", to, "from_entity_ids", from, "conflicting_alias_ids_to_keep", lost));
        assertEquals(to, house.login(PEOPLE, "y").identity().entityId());
        assertEquals("404", refusal(() -> house.read("entity-alias/id/" + kept)));
        assertTrue(house.login(PEOPLE, "x").created());
        assertTrue(refusal(() -> house.write("entity/merge", Map.of("to_entity_id", to, "from_entity_ids", to)))
                .contains("should not be present"));
        assertTrue(refusal(() -> house.write("entity/merge", Map.of("to_entity_id", to, "from_entity_ids", "zz")))
                .contains("zz"));
    }

    @Test
    void names_are_not_in_storage_keys() {
        house.make("entity", Map.of("name", "margaret"));
        house.make("entity-alias", Map.of("name", "margaret@x", "mount_accessor", PEOPLE));
        assertFalse(house.view.keys().toString().contains("margaret"));
    }
}
