package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What scripts ask of a cluster's nodes: {@code operator members}, {@code step-down}, {@code raft list-peers}; {@code version-history}. */
public final class NodeCommands {
    private NodeCommands() {}

    static List<Command> operator() {
        return List.of(
                Command.of("operator members", "List the nodes of the cluster", NodeCommands::members)
                        .example("operator members"),
                Command.of("operator step-down", "Have the server give up its leadership", NodeCommands::stepDown)
                        .example("operator step-down"),
                Command.of("operator raft list-peers", "List the nodes that hold the store", NodeCommands::peers)
                        .example("operator raft list-peers", "operator raft list-peers -format=json"));
    }

    /** {@code version-history}. */
    public static List<Command> versions() {
        return List.of(
                Command.of("version-history", "List the versions that have opened the store", NodeCommands::versions)
                        .example("version-history"));
    }

    private static int members(Session session) {
        return show(session, "listing the nodes", Call.get("sys/ha-status"), data -> {
            Table table =
                    Table.of("Host Name", "API Address", "Cluster Address", "Active Node", "Version", "Last Echo");
            each(data.get("nodes"), node -> {
                table.row(
                        Values.text(node, "hostname"),
                        Values.text(node, "api_address"),
                        Values.text(node, "cluster_address"),
                        Values.bool(node, "active_node"),
                        Values.text(node, "version"),
                        Values.text(node, "last_echo"));
            });
            return table;
        });
    }

    private static int peers(Session session) {
        Call call = Call.get("sys/storage/raft/configuration");
        return show(session, "reading the raft configuration", call, data -> {
            Table table = Table.of("Node", "Address", "State", "Voter");
            each(Values.map(data.get("config")).get("servers"), node -> {
                table.row(
                        Values.text(node, "node_id"),
                        Values.text(node, "address"),
                        Values.bool(node, "leader") ? "leader" : "follower",
                        Values.bool(node, "voter"));
            });
            return table;
        });
    }

    private static int versions(Session session) {
        return show(session, "listing the versions", Call.list("sys/version-history"), data -> {
            Table table = Table.of("Version", "Installation Time", "Build Date");
            Map<String, Object> told = Values.map(data.get("key_info"));
            for (String version : Values.texts(data.get("keys"))) {
                Map<String, Object> members = Values.map(told.get(version));
                table.row(version, Values.text(members, "timestamp_installed"), Values.text(members, "build_date"));
            }
            return table;
        });
    }

    private static int stepDown(Session session) {
        String done = "Stepped down: " + session.settings().address();
        return session.act("stepping down", Call.put("sys/step-down", Map.of()), done);
    }

    private static int show(Session session, String doing, Call call, Function<Map<String, Object>, Table> layout) {
        session.output().secret(session.send(doing, call), envelope -> layout.apply(Values.map(envelope.get("data"))));
        return Exit.OK;
    }

    private static void each(Object list, Consumer<Map<String, Object>> work) {
        if (list instanceof List<?> all) {
            all.forEach(one -> work.accept(Values.map(one)));
        }
    }
}
