package io.casemate.cli.operator;

import io.casemate.cli.ceremony.GenerateRootCommand;
import io.casemate.cli.ceremony.InitCommand;
import io.casemate.cli.ceremony.RekeyCommand;
import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code operator ...}: life and death of a server. */
public final class OperatorCommands {
    private OperatorCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        List<Command> commands = new ArrayList<>(SealCommands.commands());
        commands.addAll(List.of(
                InitCommand.command(),
                Command.of("operator unseal", "Unseal with one share of the unseal key", OperatorCommands::unseal)
                        .takes("[KEY|-]")
                        .with(
                                Flag.bool("reset", "Forget the shares given so far."),
                                Flag.bool("migrate", "The share belongs to a seal migration."),
                                Flag.bool("emergency", "It is an emergency share, which needs no HSM."))
                        .example("operator unseal", "operator unseal -", "operator unseal -reset"),
                Command.of("operator seal", "Seal the server: it forgets its keys", OperatorCommands::seal)
                        .example("operator seal"),
                SealEvidence.command(),
                Command.of("operator rotate", "Make a new key for the encryption of data", OperatorCommands::rotate)
                        .example("operator rotate"),
                Command.of("operator key-status", "Show the key data is encrypted with", OperatorCommands::keyStatus)
                        .example("operator key-status"),
                SnapshotCommands.save(),
                SnapshotCommands.restore(),
                SnapshotCommands.inspect(),
                GenerateRootCommand.command(),
                RekeyCommand.rekey(),
                RekeyCommand.rotateKeys(),
                UsageCommand.command()));
        commands.addAll(NodeCommands.operator());
        return commands;
    }

    private static int unseal(Session session) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (session.arguments().bool("reset")) {
            body.put("reset", true);
        } else {
            body.put("key", session.secret(session.arguments().at(0, ""), "Unseal Key (will be hidden): "));
            body.put("migrate", session.arguments().bool("migrate"));
            if (session.arguments().bool("emergency")) {
                body.put("emergency", true);
            }
        }
        Map<String, Object> status =
                session.send("unsealing", Call.put("sys/unseal", body)).json();
        session.output().structured(status, () -> SealTable.of(status, Map.of()));
        return Exit.OK;
    }

    private static int seal(Session session) {
        return session.act("sealing", Call.put("sys/seal", Map.of()), "The server is sealed.");
    }

    private static int rotate(Session session) {
        session.send("rotating key", Call.post("sys/rotate", Map.of()));
        session.output().sentence("Success! Rotated key\n");
        return keyStatus(session);
    }

    private static int keyStatus(Session session) {
        Map<String, Object> answer =
                session.send("reading key status", Call.get("sys/key-status")).json();
        Map<String, Object> status = answer.get("data") == null ? answer : Values.map(answer.get("data"));
        session.output()
                .structured(
                        status,
                        () -> Table.plain()
                                .row("Key Term", status.get("term"))
                                .row("Install Time", status.get("install_time"))
                                .row("Encryption Count", status.get("encryptions")));
        return Exit.OK;
    }
}
