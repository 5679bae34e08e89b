package io.casemate.doctor;

import io.casemate.doctor.Check.Probe;
import io.casemate.doctor.ExaminationContext.Sought;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The processes that have an HSM's library and its PIN: what is asked of the server's process is asked of each of them, too. */
final class Brokers {
    private Brokers() {}

    /** The finding over the server and all of them: the worst, with what was seen of each. */
    static Probe andTheirs(Probe probe) {
        return scene -> {
            List<ServerProcess> brokers = scene.brokers().get();
            if (brokers.isEmpty()) {
                return probe.look(scene);
            }
            List<Finding> findings = new ArrayList<>(List.of(look(probe, scene, "server")));
            for (ServerProcess broker : brokers) {
                findings.add(look(probe, scene.of(broker), "HSM's process " + broker.pid()));
            }
            return new Finding(
                    worst(findings), findings.stream().map(Finding::evidence).collect(Collectors.joining("; ")));
        };
    }

    /** All of the machine, if there is a server to look at beside them. */
    static Sought<List<ServerProcess>> beside(Sought<ServerProcess> server, Machine machine) {
        if (server.found().isEmpty()) {
            return Sought.missing(server.reason());
        }
        try {
            return Sought.of(ofMyself(server.get(), machine) ? List.of() : all(machine));
        } catch (UnreadableException e) {
            return Sought.missing(e.getMessage());
        }
    }

    /** A server that looks at itself answers for no other process: one that is not its own could keep it from starting. */
    private static boolean ofMyself(ServerProcess server, Machine machine) {
        return server.pid() == ProcessHandle.current().pid() && machine.live();
    }

    private static List<ServerProcess> all(Machine machine) {
        return Processes.pids(machine).stream()
                .filter(pid -> broker(Processes.arguments(machine, pid)))
                .map(pid -> new ServerProcess(machine, pid))
                .toList();
    }

    /** By its unit, or as the server's child. */
    private static boolean broker(List<String> words) {
        int jar = words.indexOf("-jar") + 1;
        return jar > 0
                && jar < words.size()
                && (words.get(jar).endsWith("casemate-hsm-broker.jar")
                        || (words.get(jar).endsWith("casemate.jar")
                                && jar + 1 < words.size()
                                && words.get(jar + 1).equals("hsm-broker")));
    }

    private static Finding look(Probe probe, ExaminationContext scene, String who) {
        Finding finding;
        try {
            finding = probe.look(scene);
        } catch (UnreadableException e) {
            finding = Finding.unknown(e.getMessage());
        }
        return new Finding(finding.verdict(), who + ": " + finding.evidence());
    }

    private static Verdict worst(List<Finding> findings) {
        return List.of(Verdict.FAILED, Verdict.UNKNOWN, Verdict.OK).stream()
                .filter(verdict -> findings.stream().anyMatch(finding -> finding.verdict() == verdict))
                .findFirst()
                .orElse(Verdict.NOT_APPLICABLE);
    }
}
