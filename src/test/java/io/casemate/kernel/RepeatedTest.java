package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RepeatedTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Semaphore done = new Semaphore(0);

    @Test
    void goes_on_whatever_the_work_throws() throws InterruptedException {
        AtomicInteger times = new AtomicInteger();
        Repeated work = new Repeated("work", () -> switch (times.incrementAndGet()) {
            case 1 -> throw new StackOverflowError("for tests");
            case 2 -> throw new IllegalStateException("for tests");
            default -> {
                done.release();
                yield LONG;
            }
        });
        runsUntilDone(work);
        assertEquals(3, times.get());
    }

    @Test
    void is_woken_and_ended_in_a_pause_and_begins_anew() throws InterruptedException {
        Repeated work = new Repeated("work", () -> {
            done.release();
            return LONG;
        });
        work.start(LONG);
        work.wake();
        assertTrue(done.tryAcquire(20, TimeUnit.SECONDS));
        work.finish();
        work.wake();
        runsUntilDone(work);
        assertEquals(0, done.availablePermits());
    }

    private void runsUntilDone(Repeated work) throws InterruptedException {
        work.start(Duration.ZERO);
        assertTrue(done.tryAcquire(20, TimeUnit.SECONDS));
        work.finish();
    }

    /** Whoever closes what the work uses waits for it. */
    @Test
    void is_at_no_work_when_it_has_finished() throws InterruptedException {
        Semaphore begun = new Semaphore(0);
        Semaphore held = new Semaphore(0);
        Repeated work = new Repeated("work", () -> {
            begun.release();
            held.acquireUninterruptibly();
            done.release();
            return LONG;
        });
        work.start(Duration.ZERO);
        begun.acquire();
        Thread.ofVirtual().start(held::release);
        work.finish();
        assertEquals(1, done.availablePermits());
    }
}
