package io.casemate.sys;

import io.casemate.audit.AuditBroker.DeviceState;
import io.casemate.core.upkeep.ClockWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the status of an unsealed server leaves out: whether it can write, record, be trusted and tell the time. Strangers may
 * read it, so it names no file, address or host; the log does.
 */
public final class HealthReport {
    /** Less than this left, and a certificate is told of. */
    static final Duration RENEWAL = Duration.ofDays(7);

    private static final String OLDER =
            "the newest generation of the keyring is damaged or gone, an older one is used: what was"
                    + " encrypted with a newer key cannot be read; restore it from a backup";

    private final Supplier<String> storage;
    private final BooleanSupplier olderKeyring;
    private final Supplier<List<DeviceState>> audit;
    private final Supplier<Optional<Instant>> certificate;
    private final Supplier<Optional<ClockWatch.Jump>> clockJump;
    private final InstantSource clock;

    /**
     * Asks these.
     *
     * @param storage what is wrong with it, or empty text
     * @param olderKeyring whether the newest generation of the keyring is damaged or gone
     * @param certificate when the listener's ends, if there is a listener
     */
    public HealthReport(
            Supplier<String> storage,
            BooleanSupplier olderKeyring,
            Supplier<List<DeviceState>> audit,
            Supplier<Optional<Instant>> certificate,
            Supplier<Optional<ClockWatch.Jump>> clockJump,
            InstantSource clock) {
        this.storage = storage;
        this.olderKeyring = olderKeyring;
        this.audit = audit;
        this.certificate = certificate;
        this.clockJump = clockJump;
        this.clock = clock;
    }

    /** Knows nothing and finds nothing wrong. */
    public static HealthReport none() {
        return new HealthReport(
                () -> "", () -> false, List::of, Optional::empty, Optional::empty, InstantSource.system());
    }

    /**
     * What was found.
     *
     * @param healthy nothing is broken; there may be warnings
     */
    record Findings(boolean healthy, Map<String, Object> members) {}

    /** Looks at everything that can be looked at while unsealed. */
    Findings now() {
        Map<String, Object> members = new LinkedHashMap<>();
        List<String> broken = new ArrayList<>();
        tell(members, broken, "storage", storage.get());
        tell(members, broken, "keyring", olderKeyring.getAsBoolean() ? OLDER : "");
        List<DeviceState> devices = audit.get();
        tell(members, broken, "audit", failing(devices));
        String alarm = alarm(devices);
        if (!alarm.isEmpty()) {
            members.put("audit_warning", alarm);
        }
        certificate.get().ifPresent(end -> certificate(members, broken, end));
        Optional<ClockWatch.Jump> jump = clockJump.get();
        tell(members, broken, "clock", jump.map(HealthReport::text).orElse(""));
        return new Findings(broken.isEmpty(), members);
    }

    private static void tell(Map<String, Object> members, List<String> broken, String part, String trouble) {
        members.put(part + "_healthy", trouble.isEmpty());
        if (!trouble.isEmpty()) {
            members.put(part + "_error", trouble);
            broken.add(part);
        }
    }

    private static String failing(List<DeviceState> devices) {
        List<String> names = devices.stream()
                .filter(each -> each.failingSince().isPresent())
                .map(DeviceState::path)
                .toList();
        return names.isEmpty()
                ? ""
                : names.size() + " of " + devices.size() + " audit devices take no entries: "
                        + String.join(", ", names);
    }

    private static String alarm(List<DeviceState> devices) {
        List<String> texts = new ArrayList<>();
        for (DeviceState each : devices) {
            if (!each.alarm().isEmpty()) {
                texts.add(each.path() + " " + each.alarm());
            }
            if (each.lost() > 0) {
                texts.add(each.path() + " has missed " + each.lost() + " entries");
            }
        }
        return String.join("; ", texts);
    }

    private void certificate(Map<String, Object> members, List<String> broken, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        members.put("certificate_expires", end.toString());
        tell(members, broken, "certificate", left.isNegative() ? "the server's certificate ended at " + end : "");
        if (!left.isNegative() && left.compareTo(RENEWAL) < 0) {
            members.put("certificate_warning", "the server's certificate ends in " + left.toHours() + " hours");
        }
    }

    private static String text(ClockWatch.Jump jump) {
        return "the system's clock jumped by " + jump.by().toSeconds() + " s at " + jump.at();
    }
}
