package io.casemate.core;

import io.casemate.kernel.FaultException;
import io.casemate.token.TokenStore;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ends tokens whose time is over, and what they made, a bounded number at a time. Looks at two places of the store a second. A token
 * whose time is over is refused at once, but its children and leases end when it is swept.
 */
public final class TokenSweep implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final int AT_A_TIME = 1000;
    private static final long PAUSE_SECONDS = 1;

    private final TokenStore tokens;
    private Semaphore end = new Semaphore(0);

    /** Sweeps {@code tokens}. */
    public TokenSweep(TokenStore tokens) {
        this.tokens = tokens;
    }

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public void start() {
        tokens.invalidate();
        Semaphore mine = new Semaphore(0);
        end = mine;
        Thread.ofVirtual().name("casemate-token-sweep").start(() -> run(mine));
    }

    @Override
    public void stop() {
        end.release();
        tokens.invalidate();
    }

    private void run(Semaphore mine) {
        try {
            long pause = 0;
            while (!mine.tryAcquire(pause, TimeUnit.SECONDS)) {
                pause = sweep() == AT_A_TIME ? 0 : PAUSE_SECONDS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int sweep() {
        try {
            return tokens.sweep(AT_A_TIME);
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot sweep tokens, will try again", e);
            return 0;
        }
    }
}
