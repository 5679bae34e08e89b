package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code status}: whether the server is sealed, for people, scripts and health checks. */
public final class StatusCommand {
    private StatusCommand() {}

    /** The command. */
    public static List<Command> commands() {
        return List.of(Command.of("status", "Show the seal and its server", StatusCommand::run)
                .example("status", "status -format=json"));
    }

    private static int run(Session session) {
        Answer answer;
        Answer leader;
        try {
            answer = session.api().send(Call.get("sys/seal-status").ofWholeServer());
            leader = session.api().raw(Call.get("sys/leader").ofWholeServer());
        } catch (CliFailure failure) {
            throw failure.during("checking seal status").exiting(Exit.LOCAL);
        }
        Map<String, Object> highAvailability = leader.status() == 200 ? leader.json() : Map.of();
        Map<String, Object> status = merged(answer.json(), highAvailability);
        if (session.output().field().isEmpty()) {
            session.output().structured(status, () -> SealTable.of(status, highAvailability));
        } else {
            session.output().member(status);
        }
        return Values.bool(status, "sealed") ? Exit.SERVER : Exit.OK;
    }

    /** As with Vault's client: what {@code sys/leader} tells stands behind the seal's state, without what says nothing. */
    private static Map<String, Object> merged(Map<String, Object> seal, Map<String, Object> leader) {
        Map<String, Object> all = new LinkedHashMap<>(seal);
        leader.forEach((name, value) -> {
            boolean nothing = value == null || value.equals("") || value.equals(false) || value.equals(0L);
            if (!nothing || name.equals("ha_enabled")) {
                all.putIfAbsent(name, value);
            }
        });
        return all;
    }
}
