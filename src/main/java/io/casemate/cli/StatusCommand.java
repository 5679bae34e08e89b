package io.casemate.cli;

import java.util.List;
import java.util.Map;

/** {@code status}: whether the server is sealed, for people, scripts and health checks. */
final class StatusCommand {
    private StatusCommand() {}

    static List<Command> commands() {
        return List.of(Command.of("status", "Show the seal and its server", StatusCommand::run)
                .example("status", "status -format=json"));
    }

    private static int run(Session session) {
        Answer answer;
        Answer leader;
        try {
            answer = session.api().send(Call.get("sys/seal-status"));
            leader = session.api().raw(Call.get("sys/leader"));
        } catch (CliFailure failure) {
            throw failure.during("checking seal status").exiting(Exit.LOCAL);
        }
        Map<String, Object> status = answer.json();
        Map<String, Object> highAvailability = leader.status() == 200 ? leader.json() : Map.of();
        if (session.output().field().isEmpty()) {
            session.output().structured(status, () -> SealTable.of(status, highAvailability));
        } else {
            session.output().member(status);
        }
        return Values.bool(status, "sealed") ? Exit.SERVER : Exit.OK;
    }
}
