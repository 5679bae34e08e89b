package io.casemate.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class StorageProbeTest {
    private final MemoryView view = new MemoryView();
    private final AtomicReference<Runnable> disk = new AtomicReference<>(() -> {});
    private final AtomicLong ticks = new AtomicLong();
    private final StorageProbe probe = new StorageProbe(view, () -> Instant.EPOCH, ticks::get);

    StorageProbeTest() {
        view.beforeCommit(_ -> disk.get().run());
    }

    @Test
    void a_full_disk_is_told_without_its_name_and_forgotten_when_it_is_over() throws InterruptedException {
        disk.set(() -> {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "/secret/place is full").asException();
        });
        eventually(() -> probe.trouble().equals("storage cannot be written to: full"));
        disk.set(() -> {});
        assertEquals("storage cannot be written to: full", probe.trouble(), "not looked at again yet");
        ticks.addAndGet(Duration.ofSeconds(20).toNanos());
        eventually(() -> probe.trouble().isEmpty());
        assertTrue(view.get("probe").isPresent());
    }

    @Test
    void a_disk_that_hangs_is_told_and_not_waited_for() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        disk.set(() -> {
            reached.countDown();
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals("", probe.trouble());
        reached.await();
        ticks.addAndGet(Duration.ofSeconds(6).toNanos());
        assertEquals("storage has not answered for 6 s", probe.trouble());
        free.countDown();
        eventually(() -> probe.trouble().isEmpty());
    }

    @Test
    void a_sealed_barrier_says_nothing_of_the_disk() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(1);
        disk.set(() -> {
            looked.countDown();
            throw new Fault.Sealed().asException();
        });
        assertEquals("", probe.trouble());
        looked.await();
        ticks.addAndGet(Duration.ofSeconds(1).toNanos());
        assertFalse(probe.trouble().contains("written"));
    }

    private static void eventually(BooleanSupplier state) throws InterruptedException {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!state.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "never happened");
            Thread.sleep(5);
        }
    }
}
