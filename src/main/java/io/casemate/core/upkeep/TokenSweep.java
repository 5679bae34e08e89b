package io.casemate.core.upkeep;

import io.casemate.core.Lifecycle;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import io.casemate.token.TokenStore;
import java.time.Duration;

/**
 * Ends tokens whose time is over, and what they made, a bounded number at a time. Looks at the first key of two lists a second. A
 * token whose time is over is refused at once, but its children and leases end when it is swept.
 */
public final class TokenSweep implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final int AT_A_TIME = 1000;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TokenStore tokens;
    private final Repeated sweeps = new Repeated("casemate-token-sweep", this::swept);

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
        sweeps.start(Duration.ZERO);
    }

    @Override
    public void stop() {
        sweeps.stop();
        tokens.invalidate();
    }

    private Duration swept() {
        return sweep() == AT_A_TIME ? Duration.ZERO : PAUSE;
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
