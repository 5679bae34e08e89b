package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code operator usage}: how many clients used the server. */
final class UsageCommand {
    private static final String COUNTERS = "sys/internal/counters/";

    private UsageCommand() {}

    static Command command() {
        return Command.of("operator usage", "Show how many clients used the server", UsageCommand::run)
                .with(
                        Flag.text("start-time", "In the first month of the report: 2026-01, or a time of RFC 3339."),
                        Flag.text("end-time", "In the last month of the report; this month by default."))
                .example("operator usage", "operator usage -start-time=2026-01 -end-time=2026-03");
    }

    private static int run(Session session) {
        Map<String, String> range = new LinkedHashMap<>();
        for (String name : List.of("start-time", "end-time")) {
            String given = session.arguments().text(name, "");
            if (!given.isEmpty()) {
                range.put(name.replace('-', '_'), given.matches("\\d{4}-\\d{2}") ? given + "-01T00:00:00Z" : given);
            }
        }
        Answer answer = session.send(
                "retrieving client counts", Call.get(COUNTERS + "activity").with(range));
        if (answer.body().length == 0) {
            session.terminal().err().println(nothing(session));
            return Exit.OK;
        }
        session.output().secret(answer, envelope -> table(Values.map(envelope.get("data"))));
        return Exit.OK;
    }

    private static String nothing(Session session) {
        Map<String, Object> config =
                Values.map(session.send("reading whether clients are counted", Call.get(COUNTERS + "config"))
                        .json()
                        .get("data"));
        return switch (Values.text(config, "enabled")) {
            case "enable", "default-enabled" -> "No clients were counted in that time.";
            default -> "Clients are not counted: 'casemate write " + COUNTERS + "config enabled=enable' begins it.";
        };
    }

    private static String table(Map<String, Object> data) {
        Table table = Table.of("Namespace path", "Entity clients", "Non-entity clients", "Active clients");
        if (data.get("by_namespace") instanceof List<?> namespaces) {
            namespaces.forEach(each -> {
                Map<String, Object> namespace = Values.map(each);
                String path = Values.text(namespace, "namespace_path");
                row(table, path.isEmpty() ? "[root]" : path, Values.map(namespace.get("counts")));
            });
        }
        row(table, "Total", Values.map(data.get("total")));
        return "Period start: " + Values.text(data, "start_time") + "\nPeriod end: " + Values.text(data, "end_time")
                + "\n\n" + table.render();
    }

    private static void row(Table table, String name, Map<String, Object> counts) {
        table.row(name, counts.get("entity_clients"), counts.get("non_entity_clients"), counts.get("clients"));
    }
}
