package io.casemate.http;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes of all request bodies together, so that many large ones cannot exhaust the heap. */
final class BodyMemory {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final AtomicLong free;

    BodyMemory(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    /** @throws io.casemate.kernel.FaultException {@code Unavailable} when that much is not free */
    void take(long bytes) {
        if (free.addAndGet(-bytes) < 0) {
            free.addAndGet(bytes);
            throw new Fault.Unavailable("too many large requests at once", RETRY).asException();
        }
    }

    void give(long bytes) {
        free.addAndGet(bytes);
    }
}
