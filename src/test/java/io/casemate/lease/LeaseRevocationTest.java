package io.casemate.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Engines that fail, processes that die, and everybody at once. */
class LeaseRevocationTest {
    private final LeaseWorld world = new LeaseWorld();

    @Test
    void an_engine_that_fails_is_asked_again_with_growing_pauses_and_given_up_in_the_end() {
        String id = world.make(Duration.ofMinutes(1), "tok").id();
        world.broken(true);
        world.pass(Duration.ofMinutes(1));
        List<Long> pauses = new ArrayList<>();
        Instant last = world.time.get();
        for (int i = 0; i < 4000 && !world.leases.find(id).orElseThrow().irrevocable(); i++) {
            if (world.leases.sweep(10) > 0) {
                pauses.add(Duration.between(last, world.time.get()).toSeconds());
                last = world.time.get();
            }
            world.pass(Duration.ofSeconds(1));
        }
        assertEquals(List.of(0L, 10L, 20L, 40L, 80L, 160L), pauses);
        assertEquals(List.of(id), world.leases.irrevocable("", 10));
        assertEquals(
                "db did not answer as it should",
                world.leases.find(id).orElseThrow().ending().error());
        world.pass(Duration.ofDays(30));
        assertEquals(0, world.leases.sweep(10), "the server has given up");
        assertEquals(List.of(id), world.open().irrevocable("", 10), "and forgets nothing");
    }

    @Test
    void an_irrevocable_lease_can_be_revoked_again_once_its_engine_is_well() {
        String id = givenUp();
        assertEquals(Optional.of("db did not answer as it should"), world.leases.revoke(List.of(id)));
        world.broken(false);
        assertEquals(Optional.empty(), world.leases.revoke(List.of(id)));
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void a_damaged_lease_does_not_keep_a_token_from_ending() {
        String damaged = world.make(Duration.ofHours(1), "tok").id();
        String other = world.make(Duration.ofHours(1), "tok").id();
        world.view.put("id/" + damaged, new byte[] {7});
        world.leases.endToken("tok");
        assertEquals(List.of(), world.keys("token/tok/"));
        world.leases.sweep(10);
        assertEquals(List.of(damaged), world.leases.ids("", "", 10));
        assertTrue(world.leases.find(other).isEmpty());
    }

    @Test
    void a_damaged_lease_keeps_no_other_from_being_revoked_and_no_mount_from_leaving() {
        String damaged = world.make(Duration.ofHours(1), "tok").id();
        world.view.put("id/" + damaged, new byte[] {7});
        String other = world.make(Duration.ofHours(1), "tok").id();
        assertEquals(
                Optional.of("the record of lease " + damaged + " is damaged"),
                world.leases.revoke(List.of(damaged, other)));
        assertTrue(world.leases.find(other).isEmpty());
        String forced = world.make(Duration.ofHours(1), "tok").id();
        world.leases.force(List.of(forced, damaged));
        assertTrue(world.leases.find(forced).isEmpty());
        String last = world.make(Duration.ofHours(1), "tok").id();
        world.leases.endMount("mount-1", world);
        assertTrue(world.leases.find(last).isEmpty());
        assertEquals(List.of(damaged), world.leases.ids("", "", 10));
    }

    /** What is known to be over but cannot be forgotten yet is ended again rather than kept for ever. */
    @Test
    void a_bug_while_a_lease_ends_keeps_no_other_in_the_store() {
        world.make(Duration.ofMinutes(1), "tok");
        world.make(Duration.ofMinutes(1), "tok");
        world.pass(Duration.ofMinutes(1));
        AtomicInteger count = new AtomicInteger();
        world.onRevoke = () -> {
            if (count.incrementAndGet() == 2) {
                throw new StackOverflowError("a bug of another kind");
            }
        };
        assertThrows(IllegalStateException.class, () -> world.leases.sweep(10));
        world.leases.sweep(10);
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void force_forgets_what_cannot_be_ended() {
        String id = givenUp();
        String other = world.make(Duration.ofHours(1), "tok").id();
        world.leases.force(List.of(id, other));
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void a_lease_of_a_mount_that_is_gone_is_kept_as_irrevocable() {
        String id = world.make(Duration.ofMinutes(1), "tok").id();
        world.mountThere = false;
        world.pass(Duration.ofMinutes(1));
        world.leases.sweep(10);
        assertEquals(List.of(id), world.leases.irrevocable("", 10));
    }

    @Test
    void one_failing_lease_keeps_no_other_from_ending() {
        AtomicInteger count = new AtomicInteger();
        world.onRevoke = () -> {
            if (count.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("a bug");
            }
        };
        for (int i = 0; i < 99; i++) {
            world.make(Duration.ofMinutes(1), "tok");
        }
        world.pass(Duration.ofMinutes(1));
        assertEquals(99, world.leases.sweep(1000));
        assertEquals(66, world.ended.size());
        assertEquals(33, world.keys("id/").size());
    }

    /** The process dies at each single commit in turn; what comes back ends every lease, and loses none before that. */
    @Test
    void a_crash_at_any_commit_loses_no_lease() {
        for (int crash = 1; ; crash++) {
            LeaseWorld mortal = new LeaseWorld();
            List<String> users = new ArrayList<>();
            for (int i = 0; i < 130; i++) {
                users.add(mortal.user(mortal.make(Duration.ofHours(1), "tok").id()));
            }
            int fatal = mortal.view.commits() + crash;
            mortal.view.beforeCommit(commit -> {
                if (commit >= fatal) {
                    throw new IllegalStateException("dead");
                }
            });
            boolean survived = survives(mortal);
            mortal.view.beforeCommit(commit -> {});
            for (String user : users) {
                boolean onDisk = mortal.leases.ids("", "", 1000).stream().anyMatch(id -> user.equals(mortal.user(id)));
                assertTrue(onDisk || mortal.ended.containsKey(user), "lost at commit " + crash);
            }
            mortal.open();
            mortal.leases.endToken("tok");
            sweepAll(mortal);
            assertEquals(130, mortal.ended.size(), "after a crash at commit " + crash);
            assertEquals(List.of(), mortal.view.keys());
            if (survived) {
                return;
            }
        }
    }

    private static boolean survives(LeaseWorld world) {
        try {
            world.leases.endToken("tok");
            sweepAll(world);
            return true;
        } catch (IllegalStateException dead) {
            return false;
        }
    }

    private static void sweepAll(LeaseWorld world) {
        while (world.leases.sweep(50) > 0) {
            // as the server does
        }
    }

    /** Whoever was told that a lease lives on, has it live on; whoever was told it ended, has it ended. */
    @RepeatedTest(20)
    void renewing_and_expiring_never_contradict_each_other() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            ids.add(world.make(Duration.ofSeconds(10), "").id());
        }
        List<String> users = ids.stream().map(world::user).toList();
        AtomicBoolean running = new AtomicBoolean(true);
        Instant[] promised = new Instant[ids.size()];
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sweeps =
                    List.of(all.submit(() -> sweepWhile(running)), all.submit(() -> sweepWhile(running)));
            List<Future<?>> renewals = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                int mine = i;
                renewals.add(all.submit(() -> promised[mine] = renewAtTheBrink(ids.get(mine))));
            }
            for (int i = 0; i < 40; i++) {
                world.pass(Duration.ofMillis(500));
                Thread.sleep(1);
            }
            try {
                for (Future<?> each : renewals) {
                    each.get(10, TimeUnit.SECONDS);
                }
            } finally {
                running.set(false);
            }
            for (Future<?> each : sweeps) {
                each.get(10, TimeUnit.SECONDS);
            }
        }
        world.leases.sweep(1000);
        for (int i = 0; i < ids.size(); i++) {
            boolean shouldLive = promised[i] != null && world.time.get().isBefore(promised[i]);
            assertEquals(shouldLive, world.leases.find(ids.get(i)).isPresent(), ids.get(i));
            assertEquals(
                    shouldLive ? null : Integer.valueOf(1), world.ended.get(users.get(i)), "ended once, or not at all");
        }
    }

    private Void sweepWhile(AtomicBoolean running) throws InterruptedException {
        while (running.get()) {
            world.leases.sweep(16);
            Thread.sleep(0, 100_000);
        }
        return null;
    }

    /** Until when the lease was promised to live; null when it was refused. */
    private Instant renewAtTheBrink(String id) throws InterruptedException {
        Instant start = Instant.parse("2026-11-22T00:00:00Z");
        long brink = ThreadLocalRandom.current().nextLong(9_000, 11_000);
        while (Duration.between(start, world.time.get()).toMillis() < brink) {
            Thread.sleep(0, 200_000);
        }
        try {
            world.leases.renew(id, Duration.ofMinutes(5));
            return world.leases.find(id).orElseThrow().life().expires();
        } catch (FaultException refused) {
            return null;
        }
    }

    @Test
    void a_renewal_waits_for_a_revocation_under_way_and_is_refused_then() throws Exception {
        String id = world.make(Duration.ofHours(1), "").id();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        world.onRevoke = () -> {
            asked.countDown();
            await(go);
        };
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> revoking = all.submit(() -> world.leases.revoke(List.of(id)));
            assertTrue(asked.await(10, TimeUnit.SECONDS));
            Future<?> renewing = all.submit(() -> world.leases.renew(id, Duration.ZERO));
            go.countDown();
            assertEquals(Optional.empty(), revoking.get(10, TimeUnit.SECONDS));
            assertThrows(java.util.concurrent.ExecutionException.class, () -> renewing.get(10, TimeUnit.SECONDS));
        }
        assertEquals(List.of(), world.view.keys());
    }

    /** The engine has prolonged it, but the lease ended meanwhile: the end wins. */
    @Test
    void a_revocation_during_a_renewal_wins() {
        String id = world.make(Duration.ofHours(1), "tok").id();
        world.onRenew = () -> world.leases.endToken("tok");
        assertThrows(FaultException.class, () -> world.leases.renew(id, Duration.ZERO));
        world.leases.sweep(10);
        assertEquals(List.of(), world.view.keys());
    }

    @Test
    void a_barrier_that_shuts_meanwhile_is_no_failure_of_the_engine() {
        String id = world.make(Duration.ofMinutes(1), "").id();
        world.pass(Duration.ofMinutes(1));
        world.onRevoke = () -> {
            throw new Fault.Sealed().asException();
        };
        assertThrows(FaultException.class, () -> world.leases.sweep(10));
        assertEquals(0, world.leases.find(id).orElseThrow().ending().failures());
    }

    private String givenUp() {
        String id = world.make(Duration.ofMinutes(1), "tok").id();
        world.broken(true);
        for (int i = 0; i < LeaseRevocation.TRIES; i++) {
            world.pass(Duration.ofHours(1));
            world.leases.sweep(10);
        }
        assertEquals(List.of(id), world.leases.irrevocable("", 10));
        return id;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
