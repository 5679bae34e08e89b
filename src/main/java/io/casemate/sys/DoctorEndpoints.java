package io.casemate.sys;

import io.casemate.doctor.Examination;
import io.casemate.doctor.Facts;
import io.casemate.doctor.Report;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** {@code sys/doctor}: what the server says of itself, and what it finds when it examines itself and its machine. */
public final class DoctorEndpoints {
    private final Supplier<Facts> facts;
    private final Supplier<Listener> listener;
    private final InstantSource clock;

    /**
     * Where the server can be reached from itself.
     *
     * @param port empty while there is no listener
     */
    public record Listener(String host, OptionalInt port) {}

    /** Asks these at every request. */
    public DoctorEndpoints(Supplier<Facts> facts, Supplier<Listener> listener, InstantSource clock) {
        this.facts = facts;
        this.listener = listener;
        this.clock = clock;
    }

    /** Patterns relative to {@code sys/}. Answers only while unsealed. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("doctor", "Examines the server and its machine, as casemate doctor does.")
                .access(Access.SUDO)
                .on(Operation.READ, _ -> Response.of(examined()))
                .build());
    }

    /** {@code facts} and {@code report}, as the endpoint answers them. While sealed, facts that need the store are missing. */
    public Map<String, Object> examined() {
        Facts told = facts.get();
        Examination examination = Examination.ofMyself().with(told);
        Listener place = listener.get();
        place.port().ifPresent(port -> examination.listener(place.host(), port));
        Report report = examination.look(_ -> true, clock.instant());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("facts", told.members());
        members.put("report", report.members());
        return members;
    }
}
