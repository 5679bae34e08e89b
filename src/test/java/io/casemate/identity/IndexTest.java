package io.casemate.identity;

import static io.casemate.identity.IdentityHouse.MACHINES;
import static io.casemate.identity.IdentityHouse.PEOPLE;
import static io.casemate.identity.IdentityHouse.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever is asked in whatever order, and wherever the process dies: every index leads to a record that says the same, and
 * nothing else is left in the store. {@code -Dfuzz.rounds=N} for more.
 */
class IndexTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 40);
    private static final int STEPS = 60;
    private static final List<String> NAMES = List.of("a", "B", "c", "A", "b");

    private IdentityHouse house;
    private SplittableRandom random;

    @Test
    void records_and_indexes_never_part() {
        int done = 0;
        for (int round = 0; round < ROUNDS; round++) {
            random = new SplittableRandom(round);
            house = new IdentityHouse();
            for (int step = 0; step < STEPS; step++) {
                int dies = random.nextInt(4) == 0 ? house.view.commits() + random.nextInt(1, 3) : Integer.MAX_VALUE;
                house.view.beforeCommit(commit -> {
                    if (commit >= dies) {
                        throw new IllegalStateException("killed");
                    }
                });
                done += works(this::step) ? 1 : 0;
                house.view.beforeCommit(commit -> {});
                if (dies != Integer.MAX_VALUE) {
                    house.restart();
                }
            }
            check();
        }
        assertTrue(done > ROUNDS * STEPS / 4, done + " steps worked");
    }

    private static boolean works(Runnable work) {
        try {
            work.run();
            return true;
        } catch (FaultException | IllegalStateException refusedOrKilled) {
            return false;
        }
    }

    private void step() {
        String entity = some("entity");
        String group = some("group");
        switch (random.nextInt(12)) {
            case 0 -> house.write("entity", Map.of("name", name()));
            case 1 -> house.write("entity/id/" + entity, Map.of("name", name(), "policies", name()));
            case 2 -> house.ask(Operation.DELETE, "entity/id/" + entity, Map.of());
            case 3 ->
                house.write("entity-alias", Map.of("name", name(), "mount_accessor", mount(), "canonical_id", entity));
            case 4 ->
                house.write("entity-alias/id/" + some("entity-alias"), Map.of("name", name(), "canonical_id", entity));
            case 5 -> house.ask(Operation.DELETE, "entity-alias/id/" + some("entity-alias"), Map.of());
            case 6 ->
                house.write(
                        "entity/merge",
                        Map.of(
                                "to_entity_id",
                                entity,
                                "from_entity_ids",
                                some("entity"),
                                "conflicting_alias_ids_to_keep",
                                some("entity-alias")));
            case 7 ->
                house.write("group", Map.of("name", name(), "member_entity_ids", entity, "member_group_ids", group));
            case 8 -> house.write("group", Map.of("name", name() + "x", "type", "external"));
            case 9 ->
                house.write("group-alias", Map.of("name", name(), "mount_accessor", mount(), "canonical_id", group));
            case 10 -> house.ask(Operation.DELETE, "group/id/" + group, Map.of());
            default -> house.login(mount(), name(), name(), name());
        }
    }

    private void check() {
        Set<String> aliasIds = new HashSet<>();
        IdentityRecords records = house.store.records();
        Set<String> names = new HashSet<>();
        for (String id : records.names(Keys.ENTITY)) {
            Entity entity = records.entity(id).orElseThrow();
            assertTrue(names.add("entity " + Keys.folded(entity.name())), "one entity of a name");
            assertEquals(id, records.entityNamed(entity.name()).orElseThrow().id());
            Set<String> mounts = new HashSet<>();
            for (Alias alias : entity.aliases()) {
                assertTrue(mounts.add(alias.accessor()), "one alias of a mount");
                assertEquals(id, alias.owner());
                assertEquals(id, records.entityOfAlias(alias.id()).orElseThrow().id());
                assertEquals(
                        id,
                        records.entityKnownAs(alias.accessor(), alias.name())
                                .orElseThrow()
                                .id());
                aliasIds.add(alias.id());
            }
            entity.merged().forEach(former -> {
                assertEquals(id, records.entityNow(former).orElseThrow().id());
                assertTrue(records.entity(former).isEmpty());
            });
        }
        List<String> keys = house.view.keys();
        assertEquals(aliasIds, Set.copyOf(records.names(Keys.ENTITY_ALIAS)));
        int aliases = records.names(Keys.ENTITY_ALIAS).size()
                + records.names(Keys.GROUP_ALIAS).size();
        int total =
                records.names(Keys.ENTITY).size() + records.names(Keys.GROUP).size();
        assertEquals(
                total + aliases,
                keys.stream().filter(key -> key.startsWith("name/")).count(),
                "no name without a record");
        edges(keys, "member/", "joined/", Keys.GROUP, Keys.ENTITY);
        edges(keys, "child/", "parent/", Keys.GROUP, Keys.GROUP);
        assertEquals(List.of(), records.names(Keys.GONE));
        for (String id : records.names(Keys.GROUP)) {
            List<Group> above = new ArrayList<>();
            records.names(Keys.parents(id))
                    .forEach(parent -> records.group(parent).ifPresent(above::add));
            assertTrue(!records.withAncestors(above).containsKey(id), "no group is in itself");
        }
    }

    /** Both directions are there, between records that are there. */
    private void edges(List<String> keys, String there, String back, String from, String to) {
        for (String key : keys) {
            String prefix = key.startsWith(there) ? there : key.startsWith(back) ? back : "";
            if (!prefix.isEmpty()) {
                String[] ends = key.substring(prefix.length()).split("/");
                String other = (prefix.equals(there) ? back : there) + ends[1] + "/" + ends[0];
                assertTrue(keys.contains(other), key);
                assertTrue(keys.contains((prefix.equals(there) ? from : to) + ends[0]), key);
                assertTrue(keys.contains((prefix.equals(there) ? to : from) + ends[1]), key);
            }
        }
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private String mount() {
        return random.nextBoolean() ? PEOPLE : MACHINES;
    }

    private String some(String kind) {
        try {
            List<?> ids = (List<?>)
                    data(house.ask(Operation.LIST, kind + "/id", Map.of())).get("keys");
            return (String) ids.get(random.nextInt(ids.size()));
        } catch (FaultException none) {
            return "none";
        }
    }
}
