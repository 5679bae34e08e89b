package io.casemate.doctor;

import io.casemate.doctor.ExaminationContext.Sought;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Examines a machine and the server on it. Changes nothing. What cannot be looked at is unknown in the report, never good.
 */
public final class Examination {
    private final Machine machine;
    private final Tools tools;
    private Sought<ServerProcess> server;
    private Sought<Facts> facts = Sought.missing("the server was not asked");
    private Sought<Wire> wire = Sought.missing("no listener was looked at");
    private Map<String, Object> second = Map.of();

    private Examination(Machine machine, Tools tools, Sought<ServerProcess> server) {
        this.machine = machine;
        this.tools = tools;
        this.server = server;
    }

    /**
     * Of the machine whose files are below {@code root}; programs are asked only if that is this machine.
     *
     * @param pid of the server; empty: the one that runs there
     */
    public static Examination of(Path root, OptionalLong pid) {
        Machine machine = new Machine(root);
        Tools tools = machine.live() ? new SystemTools() : Tools.none(root + " is not this machine's root");
        Sought<ServerProcess> server =
                pid.isPresent() ? Sought.of(new ServerProcess(machine, pid.getAsLong())) : sole(machine);
        return new Examination(machine, tools, server);
    }

    /** Of a server on another machine: only what it says itself, and what its listener does. */
    public static Examination elsewhere(String host) {
        String reason = host + " is another machine: run casemate doctor there";
        return new Examination(Machine.outOfReach(reason), Tools.none(reason), Sought.missing(reason));
    }

    /** By a server, of itself and its machine. It starts no programs. */
    public static Examination ofMyself() {
        Machine machine = new Machine(Path.of("/"));
        return new Examination(
                        machine,
                        Tools.none("the server starts no programs"),
                        Sought.of(new ServerProcess(
                                machine, ProcessHandle.current().pid())))
                .with(new Facts(RunningVm.members()));
    }

    private static Sought<ServerProcess> sole(Machine machine) {
        try {
            return ServerProcess.sole(machine);
        } catch (UnreadableException e) {
            return Sought.missing(e.getMessage());
        }
    }

    /** With what the server says of itself. */
    public Examination with(Facts told) {
        facts = Sought.of(told);
        return this;
    }

    /** Without, and why. */
    public Examination withoutFacts(String reason) {
        facts = Sought.missing(reason);
        return this;
    }

    /** Also looks at the listener there. */
    public Examination listener(String host, int port) {
        wire = WireProbe.look(host, port);
        return this;
    }

    /** With the server's own report, as {@code sys/doctor} gives it, for what cannot be looked at from here. */
    public Examination secondOpinion(Map<String, Object> report) {
        second = report;
        return this;
    }

    /** Looks. */
    public Report look(Predicate<Check> chosen, Instant now) {
        ExaminationContext scene =
                new ExaminationContext(machine, tools, server, Brokers.beside(server, machine), facts, wire, now);
        List<Report.Entry> entries = Checks.ALL.stream()
                .filter(chosen)
                .map(check -> new Report.Entry(check, look(check, scene)))
                .toList();
        return new Report(host(), now, entries);
    }

    private Finding look(Check check, ExaminationContext scene) {
        Finding own = check.look(scene);
        return own.verdict() == Verdict.UNKNOWN ? told(check).orElse(own) : own;
    }

    private Optional<Finding> told(Check check) {
        if (!(second.get("checks") instanceof List<?> checks)) {
            return Optional.empty();
        }
        return checks.stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> check.id().equals(each.get("id")))
                .flatMap(each -> List.of(Verdict.OK, Verdict.FAILED).stream()
                        .filter(verdict -> verdict.text().equals(each.get("verdict")))
                        .map(verdict -> new Finding(verdict, each.get("evidence") + " (seen by the server)")))
                .findFirst();
    }

    private String host() {
        try {
            return machine.find("/proc/sys/kernel/hostname").map(String::strip).orElse("unknown");
        } catch (UnreadableException e) {
            return "unknown";
        }
    }
}
