package io.casemate.http;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the requests worked on at once, with a bounded and short queue before it. A request asks for its place only when
 * its body is complete, so that slow clients never hold one.
 */
final class Admission {
    private static final int HEALTH_PLACES = 32;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int queue;
    private final Duration wait;

    Admission(HttpSettings.Limits limits) {
        this(limits.concurrentRequests(), limits.queue(), limits.queueWait());
    }

    private Admission(int places, int queue, Duration wait) {
        this.places = new Semaphore(places);
        this.queue = queue;
        this.wait = wait;
    }

    /** For questions that cost next to nothing and tell whether the server lives: places of their own, and nobody waits long. */
    static Admission forHealth(HttpSettings.Limits limits) {
        return new Admission(HEALTH_PLACES, limits.queue(), RETRY);
    }

    /**
     * Takes a place; {@link #leave} gives it back.
     *
     * @throws io.casemate.kernel.FaultException {@code Unavailable} when queue or patience is used up
     */
    void enter() {
        if (!places.tryAcquire()) {
            queueUp();
        }
    }

    void leave() {
        places.release();
    }

    private void queueUp() {
        try {
            if (waiting.incrementAndGet() > queue || !places.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private static RuntimeException busy() {
        return new Fault.Unavailable("the server is busy: too many requests at once", RETRY).asException();
    }
}
