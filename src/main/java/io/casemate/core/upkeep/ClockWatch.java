package io.casemate.core.upkeep;

import io.casemate.kernel.Repeated;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices when the system's clock jumps: it is compared to one that cannot. Lives of tokens and certificates hang on it. The
 * slow corrections of a time service are no jumps; a machine that was suspended shows as one.
 */
public final class ClockWatch implements AutoCloseable {
    /** A difference between two looks that is none of the usual drift. */
    public static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** How long a jump is told of. */
    public static final Duration REMEMBERED = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final LongSupplier steady;
    private volatile Optional<Jump> last = Optional.empty();
    private Instant seen;
    private long seenSteady;
    private final Repeated looks = new Repeated("casemate-clock-watch", this::looked);

    /**
     * A jump.
     *
     * @param by forwards, or negative
     */
    public record Jump(Instant at, Duration by) {}

    /** @param steady nanoseconds of a clock that nobody sets, such as {@link System#nanoTime} */
    public ClockWatch(InstantSource clock, LongSupplier steady) {
        this.clock = clock;
        this.steady = steady;
        this.seen = clock.instant();
        this.seenSteady = steady.getAsLong();
    }

    /** Looks every ten seconds from now on. */
    public void start() {
        looks.start(PAUSE);
    }

    private Duration looked() {
        look();
        return PAUSE;
    }

    /** The last jump, if it was within the last hour. Looks first. */
    public Optional<Jump> jump() {
        look();
        Instant now = clock.instant();
        return last.filter(each -> Duration.between(each.at(), now).compareTo(REMEMBERED) < 0);
    }

    /** Compares both clocks. */
    synchronized void look() {
        Instant now = clock.instant();
        long nowSteady = steady.getAsLong();
        Duration by = Duration.between(seen, now).minusNanos(nowSteady - seenSteady);
        seen = now;
        seenSteady = nowSteady;
        if (by.abs().compareTo(TOLERANCE) > 0) {
            last = Optional.of(new Jump(now, by));
            LOG.log(Level.WARNING, "the system's clock jumped by " + by.toSeconds() + " s");
        }
    }

    @Override
    public void close() {
        looks.stop();
    }
}
