package io.casemate.audit;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.metrics.Count;
import io.casemate.metrics.Meters;
import io.casemate.metrics.Timer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one door to the audit devices. Fails closed: while any device is enabled, at least one must take every entry, or
 * the request is refused; before the devices are known (sealed) everything is refused. With no device enabled nothing is
 * audited, because Vault's users expect to work before they enable one; {@code casemate doctor} says so.
 *
 * <p>A single device that is a file is written to on the caller's thread and without a lock of the broker's. Several are
 * written to at the same time, each on a thread of its own; a device that hangs is waited for no longer than its patience,
 * once, and then not at all until it has caught up (docs/adr/0020-audit-devices-in-parallel.md). The set of devices changes
 * as one.
 */
public final class AuditBroker {
    private final AuditMeters meters;
    private volatile Devices devices = Devices.UNKNOWN;

    /** Measured by nobody. */
    public AuditBroker() {
        this(new Meters());
    }

    /** Shows in {@code meters} how long it takes and how the devices are. */
    public AuditBroker(Meters meters) {
        this.meters = AuditMeters.of(meters, this::states);
    }

    /**
     * Writes what is asked, before anything happens.
     *
     * @throws io.casemate.kernel.FaultException {@code Internal} when no device took it, {@code Sealed} when the devices
     *     are not known, {@code TooLarge} when the entry would be
     */
    public void asked(Audited about) {
        write(about.request(), redactor -> redactor.asked(about), meters.asked(), meters.askedFailed());
    }

    /** Writes what became of it, before one byte of the answer leaves. Throws as {@link #asked} does. */
    public void answered(Audited about, Outcome outcome) {
        Function<Redactor, AuditLine> entry = redactor -> redactor.answered(about, outcome);
        write(about.request(), entry, meters.answered(), meters.answeredFailed());
    }

    /** Whether any device is enabled. */
    public boolean auditing() {
        return !devices.all().isEmpty();
    }

    /** How every enabled device is, as of its last entry. */
    public List<DeviceState> states() {
        return devices.all().stream().map(EnabledDevice::state).toList();
    }

    /** Opens every sink afresh, after log rotation. One that fails refuses entries until it can be opened. */
    public void reopen() {
        devices.all().forEach(EnabledDevice::reopen);
    }

    /** Audits to exactly {@code all} from now on. */
    void use(List<EnabledDevice> all) {
        devices = Devices.of(all);
    }

    /** Refuses everything from now on. */
    void stop() {
        devices = Devices.UNKNOWN;
    }

    private void write(Request request, Function<Redactor, AuditLine> entry, Timer timer, Count failures) {
        long began = System.nanoTime();
        Devices tried;
        do {
            tried = devices;
            if (tried.take(entry)) {
                timer.since(began);
                return;
            }
        } while (tried != devices);
        failures.more();
        throw new Fault.Internal(request.id()).asException();
    }

    /**
     * A device's health.
     *
     * @param failingSince empty while it takes entries
     * @param reason why it does not; names no secret
     * @param lost entries that will never reach it, since the server was unsealed
     * @param alarm what will become a failure if nobody sees to it, such as a disk that fills up; empty when nothing
     */
    public record DeviceState(String path, Optional<Instant> failingSince, String reason, long lost, String alarm) {
        DeviceState failing(Instant since, String why) {
            return new DeviceState(path, Optional.of(since), why, lost, alarm);
        }
    }
}
