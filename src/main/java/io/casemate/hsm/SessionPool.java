package io.casemate.hsm;

import io.casemate.hsm.jna.Ckr;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Open sessions of one login, bounded. A session in which anything failed is closed instead of kept, since the state of an
 * interrupted operation is unknown.
 */
final class SessionPool {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LinkedBlockingDeque<Long> idle = new LinkedBlockingDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Semaphore permits;
    private final Cryptoki module;
    private final long slot;
    private final boolean forWriting;
    private volatile boolean closed;

    SessionPool(Cryptoki module, long slot, boolean forWriting, int limit) {
        this.module = module;
        this.slot = slot;
        this.forWriting = forWriting;
        this.permits = new Semaphore(limit);
    }

    /** Sessions open now, in use or idle. */
    int open() {
        return open.get();
    }

    /** Does something in a session of its own. */
    <T> T with(Function<Session, T> work) {
        acquire();
        Long handle = null;
        boolean healthy = false;
        try {
            handle = take();
            T result = work.apply(new Session(module, handle));
            healthy = true;
            return result;
        } finally {
            if (handle != null) {
                putBack(handle, healthy);
            }
            permits.release();
        }
    }

    /** Closes what is idle, because it may be dead. */
    void forgetIdle() {
        for (Long handle = idle.pollFirst(); handle != null; handle = idle.pollFirst()) {
            discard(handle);
        }
    }

    /** Closes what is idle now and what is in use when it comes back. */
    void close() {
        closed = true;
        forgetIdle();
    }

    private Long take() {
        Long handle = idle.pollFirst();
        if (handle != null) {
            return handle;
        }
        try {
            handle = module.openSession(slot, forWriting);
            open.incrementAndGet();
            return handle;
        } catch (FaultException e) {
            return anotherOr(e);
        }
    }

    /** The token has fewer sessions than we may use: wait for one of ours. */
    private Long anotherOr(FaultException e) {
        if (!HsmFailures.failure(e).code().equals(Ckr.CKR_SESSION_COUNT.name()) || open.get() == 0) {
            throw e;
        }
        try {
            Long handle = idle.pollFirst(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (handle != null) {
                return handle;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw e;
    }

    private void putBack(long handle, boolean healthy) {
        if (healthy && !closed) {
            idle.addFirst(handle);
            if (closed) {
                forgetIdle();
            }
        } else {
            discard(handle);
        }
    }

    private void discard(long handle) {
        open.decrementAndGet();
        try {
            module.closeSession(handle);
        } catch (FaultException e) {
            LOG.log(Level.DEBUG, "C_CloseSession: {0}", e.getMessage());
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw HsmFailures.away(
                HsmFailures.TIMEOUT, "C_OpenSession", "every session of the token is in use; raise max_parallel");
    }
}
