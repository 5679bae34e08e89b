package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code operator seal ...} and {@code operator emergency ...}: the seals themselves. */
final class SealCommands {
    private SealCommands() {}

    static List<Command> commands() {
        return List.of(
                Command.of("operator seal status", "Show how each seal is", SealCommands::status)
                        .example("operator seal status", "operator seal status -format=json"),
                Command.of("operator seal migrate", "Move the root key to the configured seals", SealCommands::migrate)
                        .takes("[KEY|-]")
                        .with(Flag.bool("plan", "Only tell what is, what will happen and what must be kept."))
                        .example("operator seal migrate -plan", "operator seal migrate"),
                Command.of("operator emergency status", "Show whether emergency shares exist", SealCommands::shares)
                        .example("operator emergency status"),
                Command.of("operator emergency create", "Make shares that unseal without the HSM", SealCommands::create)
                        .with(
                                Flag.integer("key-shares", "Number of shares, 5 by default."),
                                Flag.integer("key-threshold", "How many of them unseal, 3 by default."))
                        .example("operator emergency create -key-shares=5 -key-threshold=3"),
                Command.of("operator emergency remove", "Make the emergency shares worthless", SealCommands::remove)
                        .example("operator emergency remove"));
    }

    private static int status(Session session) {
        Map<String, Object> health = health(session);
        session.output().structured(health, () -> table(health).render() + quorum(health));
        return Values.bool(health, "healthy") && Values.bool(health, "fully_wrapped") ? Exit.OK : Exit.SERVER;
    }

    private static Table table(Map<String, Object> health) {
        Table table = Table.of("Seal", "Type", "Healthy", "Wraps", "Disabled", "Problem");
        if (health.get("backends") instanceof List<?> all) {
            for (Object one : all) {
                Map<String, Object> each = Values.map(one);
                table.row(
                        each.get("name"),
                        each.get("type"),
                        each.get("healthy"),
                        each.get("wrapped"),
                        each.get("disabled"),
                        Values.text(each, "problem"));
            }
        }
        table.row("all in use", "", health.get("healthy"), health.get("fully_wrapped"), "", "");
        return table;
    }

    private static String quorum(Map<String, Object> health) {
        long needed = Values.number(health, "quorum");
        String warning = Values.text(health, "warning");
        String rule = needed > 1
                ? "\nAny " + needed + " of " + Values.number(health, "quorum_seals")
                        + " seals open the server together, none alone.\n"
                : "";
        return rule
                + (warning.isEmpty()
                        ? ""
                        : "\n" + Table.plain().row("WARNING: " + warning + ".").render());
    }

    private static int migrate(Session session) {
        if (session.arguments().bool("plan")) {
            Map<String, Object> status = session.send("reading the plan", Call.get("sys/seal-status"))
                    .json();
            Map<String, Object> health = health(session);
            session.output()
                    .structured(
                            Values.pair("status", status, "seals", health), () -> new SealPlan(status, health).text());
            return Exit.OK;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", session.secret(session.arguments().at(0, ""), "Share (will be hidden): "));
        body.put("migrate", true);
        Map<String, Object> status =
                session.send("migrating", Call.put("sys/unseal", body)).json();
        session.output().structured(status, () -> SealTable.of(status, Map.of()));
        return Exit.OK;
    }

    private static Map<String, Object> health(Session session) {
        return session.send("reading the seals' health", Call.get("sys/seal-backend-status"))
                .json();
    }

    private static int shares(Session session) {
        Map<String, Object> data = Values.map(
                session.send("reading", Call.get("sys/seal/emergency")).json().get("data"));
        session.output()
                .structured(
                        data,
                        () -> Table.of("Key", "Value")
                                .row("Allowed", data.get("allowed"))
                                .row("Present", data.get("present"))
                                .optional("Shares", Values.text(data, "n"))
                                .optional("Threshold", Values.text(data, "t")));
        return Exit.OK;
    }

    private static int create(Session session) {
        long shares = session.arguments().integer("key-shares", 5);
        long threshold = session.arguments().integer("key-threshold", 3);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("secret_shares", shares);
        body.put("secret_threshold", threshold);
        Map<String, Object> data = Values.map(session.send("making shares", Call.post("sys/seal/emergency", body))
                .json()
                .get("data"));
        session.output().structured(data, () -> text(data, shares, threshold));
        return Exit.OK;
    }

    private static String text(Map<String, Object> data, long shares, long threshold) {
        StringBuilder out = new StringBuilder();
        List<String> keys = Values.texts(data.get("keys_base64"));
        for (int i = 0; i < keys.size(); i++) {
            out.append("Emergency Key ")
                    .append(i + 1)
                    .append(": ")
                    .append(keys.get(i))
                    .append('\n');
        }
        return out.append("\nAny ")
                .append(threshold)
                .append(" of these ")
                .append(shares)
                .append(" shares open this server, and every copy of its store made from now\n")
                .append("on, WITHOUT ITS HSM. They are shown this once. Give each to another person, in a sealed\n")
                .append("envelope, kept in another place. 'casemate operator emergency remove' ends their power.\n")
                .toString();
    }

    private static int remove(Session session) {
        return session.act(
                "removing emergency shares",
                Call.delete("sys/seal/emergency"),
                "The emergency shares open nothing from now on. Backups of the store made before still open by them.");
    }
}
