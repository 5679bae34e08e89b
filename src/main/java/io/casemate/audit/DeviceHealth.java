package io.casemate.audit;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Whether a device takes entries, since when it does not, and what it missed. Says every change once in the log. */
final class DeviceHealth {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    private final String path;
    private final InstantSource clock;
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private final AtomicLong lost = new AtomicLong();

    DeviceHealth(String path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
    }

    /** Takes entries, as far as is known. */
    boolean well() {
        return failure.get() == null;
    }

    void failed(String reason, Throwable cause) {
        if (failure.compareAndSet(null, new Failure(clock.instant(), reason, lost.get()))) {
            LOG.log(Level.ERROR, "audit device " + path + " does not take entries: " + reason, cause);
        }
    }

    void recovered() {
        if (failure.get() == null) {
            return;
        }
        Failure over = failure.getAndSet(null);
        if (over != null) {
            long missed = lost.get() - over.lostBefore();
            LOG.log(
                    Level.WARNING,
                    "audit device " + path + " takes entries again"
                            + (missed == 0 ? "" : "; it missed " + missed + " of them"));
        }
    }

    /** An entry will never reach this device. */
    void lost(String why) {
        long before = lost.getAndIncrement();
        Failure now = failure.get();
        if (now == null || before == now.lostBefore()) {
            LOG.log(Level.ERROR, "audit device " + path + " misses entries: " + why);
        }
    }

    AuditBroker.DeviceState state(String alarm) {
        Failure now = failure.get();
        return new AuditBroker.DeviceState(
                path, Optional.ofNullable(now).map(Failure::since), now == null ? "" : now.reason(), lost.get(), alarm);
    }

    private record Failure(Instant since, String reason, long lostBefore) {}
}
