package io.casemate.core;

import io.casemate.core.SealStatus.Trouble;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Unseals with the devices, and keeps trying while none can. Says what is wrong meanwhile. Never gives up, but for a refused
 * PIN: then it waits for {@link #start} to be called again.
 */
final class AutoUnseal {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final BarrierOpener opener;
    private final RetryDelays delays;
    private final SecureRandom random;
    private final InstantSource clock;
    private Semaphore end = new Semaphore(0);

    AutoUnseal(BarrierOpener opener, RetryDelays delays, SecureRandom random, InstantSource clock) {
        this.opener = opener;
        this.delays = delays;
        this.random = random;
        this.clock = clock;
    }

    /** Begins anew in the background; an earlier series ends. */
    synchronized void start() {
        end.release();
        Semaphore mine = new Semaphore(0);
        end = mine;
        Thread.ofVirtual().name("casemate-unseal").start(() -> run(mine));
    }

    /** Ends the series, if one runs. */
    synchronized void stop() {
        end.release();
    }

    /** An attempt by hand failed: goes on in the background where that can help. */
    void failedByHand(FaultException failure) {
        if (failed(failure, 1).isPresent()) {
            start();
        }
    }

    /** Not interrupted but told to end: an interrupt would close the files it happens to be reading. */
    private void run(Semaphore mine) {
        try {
            for (int attempts = 1; ; attempts++) {
                Optional<Duration> wait = attempt(mine, attempts);
                if (wait.isEmpty() || mine.tryAcquire(wait.get().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries once; how long to wait for the next, empty for no next. */
    private Optional<Duration> attempt(Semaphore mine, int attempts) {
        opener.ceremony().lock();
        try {
            if (mine.availablePermits() > 0 || !opener.sealed()) {
                return Optional.empty();
            }
            String seal = opener.openByDevice();
            LOG.log(Level.INFO, "unsealed by seal {0}, attempt {1}", seal, attempts);
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            return failed(BarrierOpener.asFault(e, UUID.randomUUID().toString()), attempts);
        } finally {
            opener.ceremony().unlock();
        }
    }

    private Optional<Duration> failed(FaultException failure, int attempts) {
        Optional<Duration> wait = delays.after(attempts, failure.fault(), random);
        String text = failure.getMessage();
        boolean news =
                opener.trouble().filter(last -> last.error().equals(text)).isEmpty();
        opener.explain(Optional.of(new Trouble(text, attempts, wait.map(clock.instant()::plus))));
        if (news || Integer.bitCount(attempts) == 1) {
            String next = wait.map(delay -> "next in " + delay.toMillis() + " ms")
                    .orElse("not trying again before a human steps in");
            Throwable bug = failure.fault() instanceof Fault.Internal ? failure : null;
            LOG.log(Level.WARNING, "cannot unseal, attempt " + attempts + ": " + text + "; " + next, bug);
        }
        return wait;
    }
}
