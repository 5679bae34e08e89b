package io.casemate.audit;

import io.casemate.metrics.Count;
import io.casemate.metrics.Meters;
import io.casemate.metrics.Timer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is measured of auditing. */
record AuditMeters(Timer asked, Timer answered, Count askedFailed, Count answeredFailed) {
    static AuditMeters of(Meters meters, Supplier<List<AuditBroker.DeviceState>> states) {
        meters.gauges(
                "casemate.audit.device_healthy",
                "1 while the device takes entries.",
                "device",
                () -> each(states, state -> state.failingSince().isEmpty() ? 1.0 : 0.0));
        meters.gauges(
                "casemate.audit.device_lost",
                "Entries that the device missed for good since unsealing.",
                "device",
                () -> each(states, state -> (double) state.lost()));
        return new AuditMeters(
                meters.timer("vault.audit.log_request", "Writing what is asked to the devices, in milliseconds."),
                meters.timer("vault.audit.log_response", "Writing what is answered to the devices, in milliseconds."),
                meters.count("vault.audit.log_request_failure", "Requests refused because no device took them."),
                meters.count("vault.audit.log_response_failure", "Answers withheld because no device took them."));
    }

    private static Map<String, Double> each(
            Supplier<List<AuditBroker.DeviceState>> states, Function<AuditBroker.DeviceState, Double> value) {
        return states.get().stream().collect(Collectors.toMap(AuditBroker.DeviceState::path, value));
    }
}
