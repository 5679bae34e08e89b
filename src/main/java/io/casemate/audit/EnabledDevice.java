package io.casemate.audit;

import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A device with its redactor and its state of health. Says once when it fails and once when it is well again. */
final class EnabledDevice {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    private final String path;
    private final AuditDevice device;
    private final Redactor redactor;
    private final InstantSource clock;
    private final AtomicReference<Failure> failure = new AtomicReference<>();

    EnabledDevice(String path, AuditDevice device, Redactor redactor, InstantSource clock) {
        this.path = path;
        this.device = device;
        this.redactor = redactor;
        this.clock = clock;
    }

    String path() {
        return path;
    }

    AuditDevice device() {
        return device;
    }

    Redactor redactor() {
        return redactor;
    }

    /** Writes the entry that {@code entry} makes; false when the device did not take it. */
    boolean accepts(Function<Redactor, AuditLine> entry) {
        try {
            return hands(entry.apply(redactor));
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "audit device {0} was disabled while a request was under way", path);
            return false;
        }
    }

    private boolean hands(AuditLine line) {
        try {
            device.write(line);
        } catch (FaultException e) {
            failed(e);
            return false;
        }
        if (failure.get() != null && failure.getAndSet(null) != null) {
            LOG.log(Level.WARNING, "audit device {0} takes entries again", path);
        }
        return true;
    }

    /** Tries to open the sink; a failure is noted and healed by a later write. */
    void reopen() {
        try {
            device.reopen();
        } catch (FaultException | IllegalStateException e) {
            failed(e);
        }
    }

    /** How it is, for health checks. */
    AuditBroker.DeviceState state() {
        Failure now = failure.get();
        return now == null
                ? new AuditBroker.DeviceState(path, Optional.empty(), "")
                : new AuditBroker.DeviceState(path, Optional.of(now.since()), now.reason());
    }

    private void failed(RuntimeException e) {
        String reason = e.getMessage();
        if (failure.compareAndSet(null, new Failure(clock.instant(), reason))) {
            LOG.log(Level.ERROR, "audit device " + path + " does not take entries: " + reason, e);
        }
    }

    private record Failure(Instant since, String reason) {}
}
