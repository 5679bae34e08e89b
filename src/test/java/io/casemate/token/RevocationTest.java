package io.casemate.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RevocationTest {
    private final TokenWorld world = new TokenWorld();

    @Test
    void ends_the_whole_tree_and_nothing_beside_it() {
        Issued top = world.make(Duration.ofHours(1), Optional.empty());
        Issued beside = world.make(Duration.ofHours(1), Optional.empty());
        List<Issued> tree = tree(top, 3, 5);
        assertEquals(155, tree.size());
        tree.forEach(each -> assertTrue(world.works(each)));
        world.store.revoke(top.entry().key());
        assertFalse(world.works(top));
        tree.forEach(each -> assertFalse(world.works(each)));
        assertTrue(world.works(beside));
        assertEquals(
                5,
                world.view.keys().size(),
                "salt, and id, accessor, expiry, lease of the one beside; " + world.view.keys());
    }

    @Test
    void a_chain_of_thousands_and_a_fan_of_thousands_end_without_deep_recursion() {
        Issued top = world.make(Duration.ofHours(1), Optional.empty());
        Issued last = top;
        for (int i = 0; i < 3000; i++) {
            last = world.child(last);
        }
        for (int i = 0; i < 3000; i++) {
            world.child(top);
        }
        world.store.revoke(top.entry().key());
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void revoking_as_orphan_leaves_the_children_alive() {
        Issued top = world.make(Duration.ofHours(1), Optional.empty());
        List<Issued> children = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            children.add(world.child(top));
        }
        Issued grandchild = world.child(children.getFirst());
        world.store.revokeOrphan(top.entry().key());
        assertFalse(world.works(top));
        children.forEach(each -> assertTrue(world.works(each)));
        assertTrue(world.store.find(children.getFirst().token()).orElseThrow().orphan());
        assertFalse(world.store.find(grandchild.token()).orElseThrow().orphan());
        assertEquals(1, world.keys("parent/").size());
        assertTrue(world.works(world.child(grandchild)));
    }

    @Test
    void an_expired_parent_takes_its_children_with_it() {
        Issued top = world.make(Duration.ofMinutes(1), Optional.empty());
        Issued child = world.child(top);
        world.pass(Duration.ofMinutes(1));
        assertThrows(FaultException.class, () -> world.child(top));
        world.store.sweep(10);
        assertFalse(world.works(child));
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void the_sweep_takes_what_is_due_in_order_and_as_much_as_it_may() {
        for (int i = 1; i <= 10; i++) {
            world.make(Duration.ofSeconds(i), Optional.empty());
        }
        world.pass(Duration.ofSeconds(8));
        assertEquals(3, world.store.sweep(3));
        assertEquals(5, world.store.sweep(100));
        assertEquals(0, world.store.sweep(100));
        assertEquals(2, world.keys("id/").size());
    }

    @Test
    void a_damaged_record_keeps_no_other_token_alive() {
        Issued damaged = world.make(Duration.ofMinutes(1), Optional.empty());
        Issued also = world.make(Duration.ofMinutes(1), Optional.empty());
        Issued top = world.make(Duration.ofMinutes(2), Optional.empty());
        Issued child = world.child(top);
        Issued grandchild = world.child(child);
        Issued last = world.make(Duration.ofMinutes(3), Optional.empty());
        List<String> told = new ArrayList<>();
        world.store.onEnded(told::add);
        for (Issued each : List.of(damaged, also, child)) {
            world.view.put("id/" + each.entry().key(), new byte[] {7});
        }
        world.pass(Duration.ofMinutes(3));
        assertEquals(1, world.store.sweep(1));
        assertFalse(world.works(grandchild), "below a damaged one");
        assertEquals(
                Set.of(
                        top.entry().key(),
                        child.entry().key(),
                        grandchild.entry().key()),
                new HashSet<>(told));
        assertEquals(1, world.store.sweep(1));
        assertFalse(world.works(last));
        assertEquals(List.of(), world.keys("doomed/"));
        assertEquals(2, world.keys("id/").size(), "what is damaged stays for whoever can mend it");
        world.pass(Duration.ofHours(1));
        assertEquals(0, world.store.sweep(10));
        assertEquals(2, world.keys("expiry/").size());
    }

    @Test
    void damaged_children_do_not_hold_up_what_is_cut_loose() {
        Issued top = world.make(Duration.ofHours(1), Optional.empty());
        Issued damaged = world.child(top);
        Issued child = world.child(top);
        world.view.put("id/" + damaged.entry().key(), new byte[] {7});
        world.store.revokeOrphan(top.entry().key());
        assertTrue(world.works(child));
        assertEquals(List.of(), world.keys("doomed/"));
    }

    /** The process dies at each single commit of a revocation in turn; what comes back finishes it. */
    @Test
    void a_crash_at_any_commit_leaves_no_living_orphan() {
        for (int crash = 1; ; crash++) {
            TokenWorld fresh = new TokenWorld();
            Issued top = fresh.make(Duration.ofHours(1), Optional.empty());
            List<Issued> all = new ArrayList<>(List.of(top));
            for (int i = 0; i < 150; i++) {
                all.add(fresh.child(all.get(i / 3)));
            }
            int last = fresh.view.commits() + crash;
            fresh.view.beforeCommit(commit -> {
                if (commit >= last) {
                    throw new IllegalStateException("the process is gone");
                }
            });
            boolean died = false;
            try {
                fresh.store.revoke(top.entry().key());
            } catch (IllegalStateException e) {
                died = true;
            }
            fresh.view.beforeCommit(commit -> {});
            fresh.open();
            everyLivingChildHasALivingOrANotedParent(fresh, all);
            fresh.store.sweep(0);
            boolean nothingBegan = crash == 1;
            all.forEach(each -> assertEquals(nothingBegan, fresh.works(each)));
            if (!died) {
                assertTrue(crash > 5, "the crash points were reached: " + crash);
                return;
            }
        }
    }

    @Test
    void a_token_with_nothing_on_it_ends_in_one_transaction() {
        List<String> asked = new ArrayList<>();
        world.store.onEnded((_, key) -> asked.add(key), _ -> fail("there is nothing to tell of"));
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        int commits = world.view.commits();
        world.store.revoke(issued.entry().key());
        assertEquals(commits + 1, world.view.commits());
        assertEquals(List.of(issued.entry().key()), asked);
        assertFalse(world.works(issued));
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void what_is_removed_within_is_removed_with_the_token_or_not_at_all() {
        View kept = world.view.below("kept/");
        world.store.onEnded(
                (editor, key) -> {
                    editor.on(kept).delete(key);
                    return true;
                },
                _ -> fail("there is nothing to tell of"));
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        kept.put(issued.entry().key(), new byte[] {1});
        world.view.beforeCommit(_ -> {
            throw new IllegalStateException("the process is gone");
        });
        assertThrows(
                IllegalStateException.class,
                () -> world.store.revoke(issued.entry().key()));
        world.view.beforeCommit(_ -> {});
        assertTrue(world.works(issued));
        assertTrue(kept.get(issued.entry().key()).isPresent());
        world.store.revoke(issued.entry().key());
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void who_cannot_remove_it_within_is_told_also_after_a_crash() {
        List<String> told = new ArrayList<>();
        world.store.onEnded((_, _) -> true, told::add);
        world.store.onEnded((_, _) -> false, told::add);
        Issued issued = world.make(Duration.ofHours(1), Optional.empty());
        int last = world.view.commits() + 1;
        world.view.beforeCommit(commit -> {
            if (commit > last) {
                throw new IllegalStateException("the process is gone");
            }
        });
        assertThrows(
                IllegalStateException.class,
                () -> world.store.revoke(issued.entry().key()));
        world.view.beforeCommit(_ -> {});
        assertFalse(world.works(issued));
        told.clear();
        world.store.sweep(0);
        String key = issued.entry().key();
        assertEquals(List.of(key, key), told);
        assertEquals(List.of("salt"), world.view.keys());
    }

    @Test
    void what_ends_with_a_token_is_told_before_it_is_forgotten_and_again_after_a_failure() {
        List<String> told = new ArrayList<>();
        AtomicBoolean fail = new AtomicBoolean(true);
        world.store.onEnded(key -> {
            told.add(key);
            if (fail.getAndSet(false)) {
                throw new IllegalStateException("leases are away");
            }
        });
        Issued top = world.make(Duration.ofHours(1), Optional.empty());
        Issued child = world.child(top);
        assertThrows(
                IllegalStateException.class,
                () -> world.store.revoke(top.entry().key()));
        assertFalse(world.works(top));
        world.store.sweep(0);
        assertFalse(world.works(child));
        assertEquals(List.of(top.entry().key(), top.entry().key(), child.entry().key()), told);
    }

    @Test
    void a_limited_token_is_never_overspent_under_many_threads() throws InterruptedException {
        for (int uses : List.of(1, 7, 40)) {
            Issued issued = world.limited(uses);
            AtomicInteger served = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 32; i++) {
                    threads.execute(() -> {
                        await(start);
                        for (int use = 0; use < 4; use++) {
                            served.addAndGet(world.works(issued) ? 1 : 0);
                        }
                    });
                }
                start.countDown();
            }
            assertEquals(uses, served.get());
        }
    }

    /** Descendants are made as fast as can be while their tree is ended: none outlives it. */
    @Test
    void no_child_escapes_a_revocation_that_runs_at_the_same_time() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            Issued top = world.make(Duration.ofHours(1), Optional.empty());
            ConcurrentLinkedQueue<Issued> made =
                    new ConcurrentLinkedQueue<>(List.of(world.child(top), world.child(top)));
            AtomicBoolean over = new AtomicBoolean();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 6; i++) {
                    threads.execute(() -> {
                        while (!over.get()) {
                            breed(made);
                        }
                    });
                }
                Thread.sleep(3);
                world.store.revoke(top.entry().key());
                over.set(true);
            }
            made.forEach(each -> assertFalse(world.works(each)));
            assertEquals(List.of("salt"), world.view.keys());
        }
    }

    private void breed(ConcurrentLinkedQueue<Issued> made) {
        Issued parent = made.poll();
        if (parent == null) {
            return;
        }
        made.add(parent);
        try {
            made.add(world.child(parent));
        } catch (FaultException e) {
            assertTrue(e.fault() instanceof Fault.PermissionDenied);
        }
    }

    private static void everyLivingChildHasALivingOrANotedParent(TokenWorld world, List<Issued> all) {
        Set<String> noted = new HashSet<>();
        world.keys("doomed/").forEach(key -> noted.add(key.split("/")[2]));
        for (Issued each : all) {
            Optional<TokenEntry> entry = world.store.findByKey(each.entry().key());
            entry.filter(there -> !there.orphan())
                    .ifPresent(there -> assertTrue(noted.contains(there.parent())
                            || world.store.findByKey(there.parent()).isPresent()));
        }
    }

    private List<Issued> tree(Issued top, int depth, int width) {
        List<Issued> made = new ArrayList<>();
        List<Issued> level = List.of(top);
        for (int i = 0; i < depth; i++) {
            List<Issued> below = new ArrayList<>();
            level.forEach(parent -> {
                for (int child = 0; child < width; child++) {
                    below.add(world.child(parent));
                }
            });
            made.addAll(below);
            level = below;
        }
        return made;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
