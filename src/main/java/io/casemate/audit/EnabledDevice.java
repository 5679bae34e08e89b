package io.casemate.audit;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** A device with its redactor, its lane and its state of health. */
final class EnabledDevice {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    private final String path;
    private final AuditDevice device;
    private final Redactor redactor;
    private final AuditOptions options;
    private final InstantSource clock;
    private final DeviceHealth health;
    private final Lane lane;

    EnabledDevice(String path, AuditDevice device, Redactor redactor, AuditOptions options, InstantSource clock) {
        this.path = path;
        this.device = device;
        this.redactor = redactor;
        this.options = options;
        this.clock = clock;
        this.health = new DeviceHealth(path, clock);
        this.lane = new Lane(path, device, health, options.patience());
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

    /** Took its last entries in time. */
    boolean well() {
        return health.well();
    }

    /** May be written to on the request's own thread, when it is the only one. */
    boolean direct() {
        return device.prompt() && lane.idle();
    }

    /** Writes the entry that {@code entry} makes, on this thread; false when the device did not take it. */
    boolean accepts(Function<Redactor, AuditLine> entry) {
        try {
            device.write(entry.apply(redactor));
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.TooLarge) {
                throw e;
            }
            health.failed(e.getMessage(), e);
            return false;
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "audit device {0} was disabled while a request was under way", path);
            return false;
        }
        health.recovered();
        return true;
    }

    /** Puts a line of this device's redactor on its way. */
    Handed hand(AuditLine line) {
        long until = System.nanoTime() + options.patience().toNanos();
        return new Handed(this, lane.offer(line, until), until);
    }

    /** Is tried again now if it failed: no other took the entry. */
    void urge() {
        if (!well()) {
            lane.urge();
        }
    }

    /** It let a line wait longer than its patience. */
    void hangs() {
        health.failed(unanswered(), null);
    }

    private String unanswered() {
        return "it has not answered for " + options.patience().toMillis() + " ms";
    }

    /** Tries to open the sink; a failure is noted and healed by a later write. */
    void reopen() {
        if (!direct()) {
            lane.reopen();
            return;
        }
        try {
            device.reopen();
        } catch (FaultException | IllegalStateException e) {
            health.failed(e.getMessage(), e);
        }
    }

    void close() {
        lane.close();
    }

    /** How it is, for health checks, which may be the only ones to ask while every request waits for it. */
    AuditBroker.DeviceState state() {
        AuditBroker.DeviceState known = health.state(device.alarm());
        Duration underWay = device.underWay();
        return known.failingSince().isPresent() || underWay.compareTo(options.patience()) <= 0
                ? known
                : known.failing(clock.instant().minus(underWay), unanswered());
    }

    /**
     * A line on its way.
     *
     * @param until when the device's patience ends, a {@link System#nanoTime}
     */
    record Handed(EnabledDevice device, Delivery delivery, long until) {
        /** Whether the device took it in time; says so of a device that did not even answer. */
        boolean taken() {
            if (!delivery.await(until)) {
                device.hangs();
            }
            return delivery.taken();
        }
    }
}
