package io.casemate.core.upkeep;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Whether the store can be written to, found out by writing to it: once in a while, only while somebody asks, and never on the
 * asker's thread, so that a disk that hangs is reported instead of waited for.
 */
public final class StorageProbe {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final Duration FRESH = Duration.ofSeconds(20);
    private static final Duration HANGS = Duration.ofSeconds(5);
    private static final String KEY = "probe";

    private final View view;
    private final InstantSource clock;
    private final AtomicBoolean probing = new AtomicBoolean();
    private final LongSupplier ticks;
    private volatile long begun;
    private volatile long ended;
    private volatile String trouble = "";

    /**
     * Writes one small record on {@code view}.
     *
     * @param ticks nanoseconds of a clock that nobody sets
     */
    public StorageProbe(View view, InstantSource clock, LongSupplier ticks) {
        this.view = view;
        this.clock = clock;
        this.ticks = ticks;
        this.begun = ticks.getAsLong();
        this.ended = begun - FRESH.toNanos();
    }

    /** What is wrong, as seen at the last look; empty when nothing is. Starts another look when that one is old. */
    public String trouble() {
        long now = ticks.getAsLong();
        if (now - ended >= FRESH.toNanos() && probing.compareAndSet(false, true)) {
            begun = now;
            Thread.ofVirtual().name("casemate-storage-probe").start(this::look);
        }
        boolean hangs = probing.get() && now - begun > HANGS.toNanos();
        return hangs
                ? "storage has not answered for "
                        + Duration.ofNanos(now - begun).toSeconds() + " s"
                : trouble;
    }

    /** Strangers may read it: the log has the file's name. */
    private String told(FaultException e) {
        String kind = e.fault() instanceof Fault.StorageFailed(Fault.StorageProblem problem, String _)
                ? "storage cannot be written to: " + problem.name().toLowerCase(Locale.ROOT)
                : "storage cannot be written to";
        if (!kind.equals(trouble)) {
            LOG.log(Level.ERROR, kind + ": " + e.getMessage());
        }
        return kind;
    }

    private void look() {
        try {
            view.put(KEY, clock.instant().toString().getBytes(StandardCharsets.US_ASCII));
            trouble = "";
        } catch (FaultException e) {
            // The barrier shut meanwhile says nothing of the disk.
            trouble = e.fault() instanceof Fault.Sealed ? trouble : told(e);
        } finally {
            ended = ticks.getAsLong();
            probing.set(false);
        }
    }
}
