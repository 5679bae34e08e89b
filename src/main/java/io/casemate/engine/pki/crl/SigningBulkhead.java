package io.casemate.engine.pki.crl;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where callers that anybody may send wait for an HSM. Only so many are inside at once; whoever finds all places taken waits for at
 * most two seconds, and not at all when nothing has moved for that long. After a call that failed slowly everybody is refused for
 * ten seconds: without that, each who waited would wait for the same failure again, one after the other.
 */
public final class SigningBulkhead {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What fails faster than this holds nobody up, and may be tried again at once. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Duration REST = Duration.ofSeconds(10);

    private final int places;
    private final Semaphore free;
    private volatile long movedNanos = System.nanoTime();
    private volatile long restUntilNanos = movedNanos;

    /** One with room for {@code places} callers. */
    public SigningBulkhead(int places) {
        this.places = places;
        this.free = new Semaphore(places);
    }

    /**
     * Does {@code work} inside.
     *
     * @throws FaultException {@code Unavailable} when there was no place in time, or the HSM failed slowly a moment ago; and
     *     whatever {@code work} throws
     */
    public <T> T pass(Supplier<T> work) {
        refuseResting();
        enter();
        try {
            refuseResting();
            return watched(work);
        } finally {
            movedNanos = System.nanoTime();
            free.release();
        }
    }

    /** Whether somebody is inside. */
    public boolean busy() {
        return free.availablePermits() < places;
    }

    private <T> T watched(Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } catch (FaultException e) {
            long end = System.nanoTime();
            if (e.fault() instanceof Fault.HsmFailed && end - start > SLOW_NANOS) {
                restUntilNanos = end + REST.toNanos();
            }
            throw e;
        }
    }

    private void enter() {
        // Written before the place is taken: whoever then finds none left sees that it has just been.
        if (free.availablePermits() > 0) {
            movedNanos = System.nanoTime();
        }
        if (!free.tryAcquire() && !acquired(WAIT_NANOS - (System.nanoTime() - movedNanos))) {
            throw new Fault.Unavailable("others wait for the same signature, and the HSM is slow", REST).asException();
        }
    }

    private boolean acquired(long mostNanos) {
        try {
            return mostNanos > 0 && free.tryAcquire(mostNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void refuseResting() {
        if (System.nanoTime() - restUntilNanos < 0) {
            throw new Fault.Unavailable("the HSM did not answer a moment ago", REST).asException();
        }
    }
}
