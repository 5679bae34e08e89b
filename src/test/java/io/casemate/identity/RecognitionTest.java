package io.casemate.identity;

import static io.casemate.identity.IdentityHouse.MACHINES;
import static io.casemate.identity.IdentityHouse.PEOPLE;
import static io.casemate.identity.IdentityHouse.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who logs in. */
class RecognitionTest {
    private final IdentityHouse house = new IdentityHouse();

    @Test
    void the_first_login_makes_an_entity_and_the_next_finds_it_without_a_write() {
        Recognised first = house.login(PEOPLE, "ann");
        assertTrue(first.created());
        int commits = house.view.commits();
        Recognised second = house.login(PEOPLE, "ann");
        assertFalse(second.created());
        assertEquals(first.identity().entityId(), second.identity().entityId());
        assertEquals(commits, house.view.commits());
        assertNotEquals(
                first.identity().entityId(),
                house.login(MACHINES, "ann").identity().entityId());
        house.restart();
        assertEquals(
                first.identity().entityId(),
                house.login(PEOPLE, "ann").identity().entityId());
    }

    @Test
    void what_the_method_says_of_the_alias_is_kept_up_to_date() {
        String id = house.store
                .login(new Login(PEOPLE, "ann", Map.of("dept", "one"), List.of()))
                .identity()
                .entityId();
        String selector = "identity.entity.aliases." + PEOPLE + ".metadata.dept";
        assertEquals("one", house.store.admit(id).value(selector).orElseThrow());
        house.store.login(new Login(PEOPLE, "ann", Map.of("dept", "two"), List.of()));
        assertEquals("two", house.store.admit(id).value(selector).orElseThrow());
    }

    @Test
    void external_groups_follow_what_the_method_says_at_each_login() {
        for (String name : List.of("devs", "ops")) {
            String group = house.make("group", Map.of("name", name, "type", "external", "policies", "p-" + name));
            house.make("group-alias", Map.of("name", name, "mount_accessor", PEOPLE, "canonical_id", group));
        }
        String other = house.make("group", Map.of("name", "m", "type", "external", "policies", "p-m"));
        house.make("group-alias", Map.of("name", "m", "mount_accessor", MACHINES, "canonical_id", other));
        String id = house.login(PEOPLE, "ann", "devs", "unknown").identity().entityId();
        house.make("entity-alias", Map.of("name", "ann-m", "mount_accessor", MACHINES, "canonical_id", id));
        assertEquals(Set.of("p-devs"), house.store.admit(id).policies());
        house.login(MACHINES, "ann-m", "m");
        assertEquals(Set.of("p-devs", "p-m"), house.store.admit(id).policies());
        house.login(PEOPLE, "ann", "OPS");
        assertEquals(Set.of("p-m", "p-ops"), house.store.admit(id).policies());
        house.login(PEOPLE, "ann");
        assertEquals(Set.of("p-m"), house.store.admit(id).policies());
    }

    @Test
    void a_group_that_stands_for_others_than_before_has_none_of_its_members() {
        String devs = house.make("group", Map.of("name", "devs", "type", "external", "policies", "p-devs"));
        String ops = house.make("group", Map.of("name", "ops", "type", "external", "policies", "p-ops"));
        String alias =
                house.make("group-alias", Map.of("name", "devs", "mount_accessor", PEOPLE, "canonical_id", devs));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(house.login(PEOPLE, "ann" + i, "devs").identity().entityId());
        }
        for (Map<String, Object> change : List.<Map<String, Object>>of(
                Map.of("name", "devs", "mount_accessor", MACHINES),
                Map.of("name", "others", "mount_accessor", PEOPLE),
                Map.of("name", "devs", "mount_accessor", PEOPLE, "canonical_id", ops))) {
            ids.forEach(
                    id -> assertEquals(Set.of("p-devs"), house.store.admit(id).policies()));
            house.write("group-alias/id/" + alias, change);
            ids.forEach(id -> assertEquals(Set.of(), house.store.admit(id).policies(), change.toString()));
            house.write(
                    "group-alias/id/" + alias, Map.of("name", "devs", "mount_accessor", PEOPLE, "canonical_id", devs));
            for (int i = 0; i < 300; i++) {
                house.login(PEOPLE, "ann" + i, "DEVS");
            }
        }
        house.write("group-alias/id/" + alias, Map.of("name", "Devs", "mount_accessor", PEOPLE));
        ids.forEach(id -> assertEquals(Set.of("p-devs"), house.store.admit(id).policies(), "the same name"));
        house.store.endMount(MACHINES);
        ids.forEach(id -> assertEquals(Set.of("p-devs"), house.store.admit(id).policies(), "another mount"));
        int commits = house.view.commits();
        house.view.beforeCommit(commit -> {
            if (commit > commits + 2) {
                throw new IllegalStateException("the process dies here");
            }
        });
        assertThrows(IllegalStateException.class, () -> house.store.endMount(PEOPLE));
        house.view.beforeCommit(_ -> {});
        house.restart();
        ids.forEach(id -> assertEquals(Set.of(), house.store.admit(id).policies()));
        assertEquals(List.of(), house.view.list("stale/", "", 10));
    }

    @Test
    void who_is_known_to_a_mount_no_more_is_in_none_of_its_groups() {
        group("devs", PEOPLE);
        group("robots", MACHINES);
        String ann = house.login(PEOPLE, "ann", "devs").identity().entityId();
        String alias = house.make("entity-alias", Map.of("name", "r", "mount_accessor", MACHINES, "canonical_id", ann));
        house.login(MACHINES, "r", "robots");
        house.write("entity-alias/id/" + alias, Map.of("name", "R", "custom_metadata", Map.of("a", "b")));
        assertEquals(Set.of("p-devs", "p-robots"), house.store.admit(ann).policies(), "the same name");
        house.write("entity-alias/id/" + alias, Map.of("name", "other"));
        assertEquals(Set.of("p-devs"), house.store.admit(ann).policies(), "another name");
        house.login(MACHINES, "other", "robots");
        String heir = house.make("entity", Map.of("name", "heir"));
        house.write("entity-alias/id/" + alias, Map.of("canonical_id", heir));
        assertEquals(Set.of("p-devs"), house.store.admit(ann).policies(), "another entity's");
        house.login(MACHINES, "other", "robots");
        assertEquals(Set.of("p-robots"), house.store.admit(heir).policies());
        house.delete("entity-alias/id/" + alias);
        assertEquals(Set.of(), house.store.admit(heir).policies(), "nobody's");
    }

    @Test
    void a_merge_brings_the_external_groups_of_the_names_that_stay() {
        group("devs", PEOPLE);
        group("ops", PEOPLE);
        String ann = house.login(PEOPLE, "ann", "devs").identity().entityId();
        String bob = house.login(PEOPLE, "bob", "ops").identity().entityId();
        merge(ann, bob, aliasOf(bob));
        assertEquals(Set.of("p-ops"), house.store.admit(ann).policies());
        String eve = house.login(PEOPLE, "eve", "devs").identity().entityId();
        merge(eve, ann, aliasOf(eve));
        assertEquals(Set.of("p-devs"), house.store.admit(eve).policies());
    }

    @Test
    void who_was_put_into_an_internal_group_stays_there() {
        String id = house.login(PEOPLE, "ann").identity().entityId();
        house.make("group", Map.of("name", "g", "policies", "p", "member_entity_ids", id));
        house.login(PEOPLE, "ann");
        assertEquals(Set.of("p"), house.store.admit(id).policies());
    }

    @Test
    void a_disabled_entity_neither_logs_in_nor_is_admitted_and_comes_back_when_enabled() {
        String id = house.login(PEOPLE, "ann").identity().entityId();
        house.write("entity/id/" + id, Map.of("disabled", true));
        assertEquals("403", refusal(() -> house.store.admit(id)));
        assertEquals("403", refusal(() -> house.login(PEOPLE, "ann")));
        assertEquals("403", refusal(() -> house.login(PEOPLE, "ANN")));
        assertEquals("403", refusal(() -> house.login(PEOPLE, " ann ")));
        assertEquals("403", refusal(() -> house.store.login(new Login(PEOPLE, "ann", Map.of("new", "1"), List.of()))));
        assertEquals(Set.of(), house.store.rights(Set.of("root"), id).all());
        house.write("entity/id/" + id, Map.of("disabled", "false"));
        assertEquals(id, house.login(PEOPLE, "ann").identity().entityId());
    }

    @Test
    void many_first_logins_at_once_make_one_entity() throws Exception {
        for (int round = 0; round < 20; round++) {
            String name = "user" + round;
            List<Future<Recognised>> logins = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 16; i++) {
                    String spelt = i % 2 == 0 ? name : name.toUpperCase(java.util.Locale.ROOT);
                    logins.add(threads.submit(() -> house.login(PEOPLE, spelt)));
                }
            }
            Set<String> ids = new java.util.HashSet<>();
            int created = 0;
            for (Future<Recognised> login : logins) {
                ids.add(login.get().identity().entityId());
                created += login.get().created() ? 1 : 0;
            }
            assertEquals(1, ids.size());
            assertEquals(1, created);
        }
        assertEquals(20, house.list("entity/id").size());
    }

    @Test
    void no_login_between_deleting_and_answering_brings_a_deleted_entity_back() {
        String id = house.login(PEOPLE, "ann").identity().entityId();
        house.delete("entity/id/" + id);
        assertEquals("403", refusal(() -> house.store.admit(id)));
        Recognised again = house.login(PEOPLE, "ann");
        assertTrue(again.created());
        assertNotEquals(id, again.identity().entityId());
        assertEquals("403", refusal(() -> house.store.admit(id)));
    }

    @Test
    void names_that_cannot_be_are_refused() {
        assertTrue(refusal(() -> house.login(PEOPLE, "")).startsWith("400"));
        assertTrue(refusal(() -> house.login(PEOPLE, "a\u0000b")).startsWith("400"));
    }

    private void group(String name, String mount) {
        String id = house.make("group", Map.of("name", name, "type", "external", "policies", "p-" + name));
        house.make("group-alias", Map.of("name", name, "mount_accessor", mount, "canonical_id", id));
    }

    private String aliasOf(String entity) {
        List<?> aliases = (List<?>) house.read("entity/id/" + entity).get("aliases");
        return (String) ((Map<?, ?>) aliases.getFirst()).get("id");
    }

    private void merge(String to, String from, String alias) {
        house.write(
                "entity/merge",
                Map.of("to_entity_id", to, "from_entity_ids", from, "conflicting_alias_ids_to_keep", alias));
    }
}
