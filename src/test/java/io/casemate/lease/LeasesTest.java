package io.casemate.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.lease.Leases.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private final LeaseWorld world = new LeaseWorld();

    @Test
    void a_lease_has_the_path_and_a_random_end_as_its_id_and_is_found() {
        Lease.Given given = world.make(Duration.ofMinutes(5), "tok");
        assertTrue(given.id().matches("db/creds/app/[0-9A-Za-z]{24}"), given.id());
        LeaseEntry entry = world.leases.find(given.id()).orElseThrow();
        assertEquals("db/creds/app", entry.path());
        assertEquals("creds/app", entry.below());
        assertEquals(Duration.ofMinutes(5), entry.left(world.time.get()));
        assertTrue(world.leases.find("db/creds/app/nothing").isEmpty());
        assertTrue(world.leases.find("").isEmpty());
        assertEquals(entry, world.open().find(given.id()).orElseThrow(), "after a restart");
    }

    @Test
    void the_life_is_cut_to_engine_mount_and_holder() {
        assertEquals(Duration.ofHours(1), world.make(Duration.ZERO, "").ttl(), "the mount's default");
        assertEquals(Duration.ofHours(24), world.make(Duration.ofDays(9), "").ttl(), "the mount's longest");
        Lease.Terms terms = new Lease.Terms(Duration.ofHours(9), Duration.ofHours(2), true, Map.of());
        Origin origin = new Origin("db/x", "x", "mount-1", "", Optional.empty());
        assertEquals(
                Duration.ofHours(2),
                world.leases
                        .register(terms, origin, LeaseWorld.LIMITS, _ -> true)
                        .ttl());
        Origin batch = new Origin("db/x", "x", "mount-1", "", Optional.of(Duration.ofMinutes(3)));
        Lease.Given held = world.leases.register(terms, batch, LeaseWorld.LIMITS, _ -> true);
        assertEquals(Duration.ofMinutes(3), held.ttl());
        world.pass(Duration.ofMinutes(1));
        assertEquals(
                Duration.ofMinutes(2),
                world.leases.renew(held.id(), Duration.ofHours(1)).ttl());
    }

    @Test
    void renewing_prolongs_up_to_the_longest_life_and_no_further() {
        String id = world.make(Duration.ofHours(20), "").id();
        world.pass(Duration.ofHours(10));
        assertEquals(
                Duration.ofHours(1), world.leases.renew(id, Duration.ofHours(1)).ttl(), "may be shortened");
        assertEquals(
                Duration.ofHours(14),
                world.leases.renew(id, Duration.ofHours(100)).ttl());
        assertEquals(Duration.ofHours(14), world.leases.renew(id, Duration.ZERO).ttl(), "its own life, cut");
        world.limits = new Ttls(Duration.ofHours(1), Duration.ofHours(2));
        assertRefused("past the max TTL", () -> world.leases.renew(id, Duration.ZERO));
    }

    @Test
    void what_is_not_there_not_renewable_or_over_is_not_renewed() {
        assertRefused("lease not found", () -> world.leases.renew("db/creds/app/x", Duration.ZERO));
        Lease.Terms fixed = new Lease.Terms(Duration.ofMinutes(1), Duration.ZERO, false, Map.of());
        Origin origin = new Origin("db/x", "x", "mount-1", "", Optional.empty());
        String id = world.leases
                .register(fixed, origin, LeaseWorld.LIMITS, _ -> true)
                .id();
        assertRefused("lease is not renewable", () -> world.leases.renew(id, Duration.ZERO));
        String other = world.make(Duration.ofMinutes(1), "").id();
        world.pass(Duration.ofMinutes(1));
        assertRefused("lease expired", () -> world.leases.renew(other, Duration.ZERO));
        world.leases.sweep(10);
        assertRefused("lease not found", () -> world.leases.renew(other, Duration.ZERO));
    }

    @Test
    void the_sweep_ends_what_is_due_in_order_and_as_much_as_it_may() {
        List<String> users = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            users.add(world.user(world.make(Duration.ofSeconds(i), "").id()));
        }
        String longer = world.make(Duration.ofSeconds(3), "").id();
        world.leases.renew(longer, Duration.ofMinutes(5));
        world.pass(Duration.ofSeconds(8));
        assertEquals(3, world.leases.sweep(3));
        assertEquals(
                users.subList(0, 3).stream().sorted().toList(),
                world.ended.keySet().stream().sorted().toList());
        assertEquals(5, world.leases.sweep(100));
        assertEquals(0, world.leases.sweep(100));
        assertEquals(3, world.keys("id/").size());
        assertTrue(world.leases.find(longer).isPresent());
    }

    @Test
    void a_lease_ends_with_its_token_whatever_the_number() {
        for (int i = 0; i < 300; i++) {
            world.make(Duration.ofHours(1), "tok");
        }
        String other = world.make(Duration.ofHours(1), "other").id();
        world.leases.endToken("tok");
        world.leases.endToken("tok");
        assertEquals(List.of(), world.keys("token/tok/"));
        while (world.leases.sweep(64) > 0) {
            // as the server does
        }
        assertEquals(300, world.ended.size());
        assertTrue(world.ended.values().stream().allMatch(times -> times == 1));
        assertEquals(List.of(other), world.leases.ids("", "", 10));
    }

    @Test
    void revoking_leaves_nothing_behind_and_twice_is_once() {
        String id = world.make(Duration.ofHours(1), "tok").id();
        assertEquals(Optional.empty(), world.leases.revoke(List.of(id)));
        assertEquals(Optional.empty(), world.leases.revoke(List.of(id)));
        assertEquals(1, world.ended.size());
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void what_shall_end_soon_can_no_longer_be_renewed() {
        String id = world.make(Duration.ofHours(1), "tok").id();
        world.leases.revokeSoon(List.of(id));
        assertTrue(world.ended.isEmpty());
        assertRefused("lease expired", () -> world.leases.renew(id, Duration.ZERO));
        world.leases.sweep(10);
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void a_mount_takes_its_leases_with_it_and_gives_no_more() {
        for (int i = 0; i < 150; i++) {
            world.make(Duration.ofHours(1), "tok");
        }
        world.leases.endMount("mount-1", world);
        assertEquals(150, world.ended.size());
        assertEquals(List.of("gone/mount-1"), world.view.keys());
        assertInstanceOf(
                Fault.PermissionDenied.class,
                assertThrows(FaultException.class, () -> world.make(Duration.ofHours(1), "tok"))
                        .fault());
    }

    @Test
    void which_mounts_have_left_is_forgotten_when_nobody_can_be_under_way() {
        world.make(Duration.ofHours(1), "tok");
        world.leases.endMount("mount-1", world);
        world.leases.forgetGone();
        assertEquals(List.of(), world.view.keys());
        world.leases.forgetGone();
    }

    @Test
    void names_are_listed_level_by_level_and_ids_page_by_page() {
        String a = world.make("db/creds/a", Duration.ofHours(1), "").id();
        String b = world.make("db/creds/b", Duration.ofHours(1), "").id();
        assertEquals(List.of("db/"), world.leases.names("", "", 10));
        assertEquals(List.of("a/", "b/"), world.leases.names("db/creds/", "", 10));
        assertEquals(List.of("b/"), world.leases.names("db/creds/", "a/", 10));
        assertEquals(List.of(a), world.leases.ids("db/creds/a/", "", 10));
        assertEquals(List.of(a), world.leases.ids("db/", "", 1));
        assertEquals(List.of(b), world.leases.ids("db/", a, 10));
    }

    @Test
    void opening_reads_nothing_however_many_there_are() {
        for (int i = 0; i < 20_000; i++) {
            world.make(Duration.ofHours(1 + i % 20), "tok" + i % 100);
        }
        long before = world.view.reads();
        world.open();
        assertEquals(before, world.view.reads(), "a start reads nothing");
        assertEquals(0, world.leases.sweep(1000));
        assertTrue(world.view.reads() - before <= 1, "a look whether anything is due is one read");
    }

    @Test
    void a_kept_secret_is_in_no_text() {
        String id = world.make(Duration.ofHours(1), "tok").id();
        String user = world.user(id);
        assertFalse(world.leases.find(id).toString().contains(user));
        assertFalse(new Lease.Terms(Duration.ZERO, Duration.ZERO, true, Map.of("user", user))
                .toString()
                .contains(user));
    }

    private static void assertRefused(String why, Runnable work) {
        FaultException e = assertThrows(FaultException.class, work::run);
        Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, e.fault());
        assertTrue(fault.details().getFirst().contains(why), fault::toString);
    }
}
