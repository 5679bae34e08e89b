package io.casemate.cli.mount;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code audit ...}: where the server keeps account of what it did. */
public final class AuditCommands {
    private AuditCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        return List.of(
                Command.of("audit list", "List the audit devices", AuditCommands::list)
                        .with(Flag.bool("detailed", "Show options too."))
                        .example("audit list -detailed"),
                Command.of("audit enable", "Start an audit device", AuditCommands::enable)
                        .takes("TYPE [KEY=VALUE...]")
                        .with(
                                Flag.text("path", "Its name, by default its type."),
                                Flag.text("description", "What it is for."),
                                Flag.bool("local", "Never replicate it."))
                        .example("audit enable file file_path=/var/log/casemate/audit.log"),
                Command.of("audit disable", "Stop an audit device", AuditCommands::disable)
                        .takes("PATH")
                        .example("audit disable file/"));
    }

    private static int list(Session session) {
        Map<String, Object> answer =
                session.send("listing audits", Call.get("sys/audit")).json();
        Map<String, Object> devices =
                new TreeMap<>(answer.containsKey("data") ? Values.map(answer.get("data")) : answer);
        if (devices.isEmpty() && session.output().isTable()) {
            session.terminal().err().println("No audit devices are enabled.");
            return Exit.SERVER;
        }
        boolean detailed = session.arguments().bool("detailed");
        session.output().structured(devices, () -> MountTable.audit(devices, detailed));
        return Exit.OK;
    }

    private static int enable(Session session) {
        Arguments given = session.arguments();
        String type = given.at(0);
        String path = Call.trimmed(given.text("path", type));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type);
        body.put("description", given.text("description", ""));
        body.put("local", given.bool("local"));
        body.put("options", session.data(1));
        String done = "Enabled the " + type + " audit device at: " + path + "/";
        return session.act("enabling audit device", Call.put("sys/audit/" + path, body), done);
    }

    private static int disable(Session session) {
        String path = Call.trimmed(session.arguments().at(0));
        String done = "Disabled audit device (if it was enabled) at: " + path + "/";
        return session.act("disabling audit device", Call.delete("sys/audit/" + path), done);
    }
}
