package io.casemate.hsm;

import io.casemate.hsm.jna.Cryptoki;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * One PKCS#11 module of this process. Its initialisation belongs to the process, so everybody who uses the module shares
 * this object, and the only place that finalises and initialises it again is here.
 *
 * <p>Calls into the module hold the shared lock; finalising takes the exclusive one, since modules crash when they are
 * finalised under a running call.
 */
final class Library {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final ReentrantLock loading = new ReentrantLock();
    private final ReentrantLock resetting = new ReentrantLock();
    private final Path path;
    private final String arguments;
    private volatile Cryptoki module;
    private final AtomicLong generation = new AtomicLong();
    private final AtomicInteger users = new AtomicInteger();
    private volatile long lastReset = System.nanoTime() - PAUSE_NANOS;

    /** The module at {@code path}, initialised with {@code arguments}; empty for none. */
    Library(Path path, String arguments) {
        this.path = path;
        this.arguments = arguments;
    }

    /** What {@code C_Initialize} is told. */
    String arguments() {
        return arguments;
    }

    /** Grows with each finalisation: sessions, logins and handles of an older one are dead. */
    long generation() {
        return generation.get();
    }

    /** How many tokens of this process are served by it. */
    int users() {
        return users.get();
    }

    /** One more user. Called under the lock of {@link Libraries}. */
    void join() {
        users.incrementAndGet();
    }

    /** One user less; the last one finalises. Called under the lock of {@link Libraries}. */
    boolean leave() {
        if (users.decrementAndGet() > 0) {
            return false;
        }
        exclusively(() -> {
            finish();
            module = null;
        });
        return true;
    }

    /** Does something with the initialised module, loading it first if need be. */
    <T> T use(Function<Cryptoki, T> work) {
        Lock shared = lock.readLock();
        acquire(shared, PATIENCE);
        try {
            return work.apply(ready());
        } finally {
            shared.unlock();
        }
    }

    private Cryptoki ready() {
        Cryptoki current = module;
        if (current != null) {
            return current;
        }
        acquire(loading, PATIENCE);
        try {
            if (module == null) {
                Cryptoki fresh = Cryptoki.load(path);
                fresh.initialize(arguments);
                module = fresh;
            }
            return module;
        } finally {
            loading.unlock();
        }
    }

    /**
     * The last resort: {@code C_Finalize} and {@code C_Initialize}, at most twice a second: it waits for its turn. Does
     * nothing when somebody else has done so since {@code seen}.
     *
     * @return whether it is worth trying again: false when a call hangs inside the library
     */
    boolean reset(long seen) {
        acquire(resetting, PATIENCE);
        try {
            if (generation.get() != seen) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(lastReset + PAUSE_NANOS - System.nanoTime());
            LOG.log(Level.WARNING, "initialising the PKCS#11 library {0} anew", path);
            return renew();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            resetting.unlock();
        }
    }

    /** The same at once, and not for a failure: to see what the module shows when it begins. */
    boolean renew() {
        return exclusively(() -> {
            lastReset = System.nanoTime();
            finish();
            module = null;
            generation.incrementAndGet();
        });
    }

    private void finish() {
        if (module == null) {
            return;
        }
        try {
            module.finish();
        } catch (FaultException e) {
            LOG.log(Level.DEBUG, "C_Finalize: {0}", e.getMessage());
        }
    }

    private boolean exclusively(Runnable work) {
        try {
            if (!lock.writeLock().tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(
                        Level.WARNING,
                        "a call hangs inside the PKCS#11 library {0}: it cannot be initialised anew",
                        path);
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            work.run();
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    static void acquire(Lock lock, Duration patience) {
        try {
            if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw HsmFailures.away(HsmFailures.TIMEOUT, "call", "the HSM is being connected to by another call");
    }
}
