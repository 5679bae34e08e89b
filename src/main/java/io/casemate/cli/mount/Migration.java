package io.casemate.cli.mount;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.Map;

/** Waits for the server to move a mount, which it does beside other work. */
final class Migration {
    private static final int PAUSE_MILLIS = 250;

    private Migration() {}

    static int await(Session session, String noun, String id, String from, String to) {
        String state = "in-progress";
        while (state.equals("in-progress")) {
            pause();
            Answer answer = session.send("reading migration status", Call.get("sys/remount/status/" + id));
            Map<String, Object> data = Values.map(answer.json().get("data"));
            state = Values.text(Values.map(data.get("migration_info")), "status");
        }
        if (!state.equals("success")) {
            throw CliFailure.server("The move of " + from + " to " + to + " ended as \"" + state + "\" (migration " + id
                    + "); the server's log tells why");
        }
        session.output().sentence("Success! Finished moving " + noun + " " + from + " to " + to);
        return Exit.OK;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliFailure.local("interrupted; the move goes on at the server");
        }
    }
}
