package io.casemate.hsm.broker;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Ends the process when calls hang inside the library: nothing else ends a native call. Whoever waited for it has its answer
 * by then; a short grace spares a library that is only slow.
 */
final class HangWatch {
    static final Duration GRACE = Duration.ofSeconds(1);

    private final Runnable hung;
    private volatile int stuck;
    private boolean watching;

    HangWatch(Runnable hung) {
        this.hung = hung;
    }

    /** So many calls are past their deadline now. */
    synchronized void stuck(int now) {
        stuck = now;
        if (now > 0 && !watching) {
            watching = true;
            Thread.ofPlatform().daemon().name("casemate-hsm-hang").start(this::watch);
        }
    }

    private void watch() {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            watching = false;
            if (stuck == 0) {
                return;
            }
        }
        System.getLogger("casemate.hsm")
                .log(Level.ERROR, "{0} calls hang inside the PKCS#11 library; its process ends and starts anew", stuck);
        hung.run();
    }
}
