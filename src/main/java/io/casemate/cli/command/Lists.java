package io.casemate.cli.command;

import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.SecretTable;
import io.casemate.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Answers to list requests. */
public final class Lists {
    private Lists() {}

    /** Lists {@code path} and prints the names. An empty list is a failure, as scripts expect. */
    public static int print(Session session, String path) {
        return print(session, path, session.send("listing " + path, paged(session, "list", path)));
    }

    /** The same for all names below {@code path}, however deep. */
    public static int printAll(Session session, String path) {
        return print(session, path, session.send("scanning " + path, paged(session, "scan", path)));
    }

    private static Call paged(Session session, String word, String path) {
        Map<String, String> query = new LinkedHashMap<>(Map.of(word, "true"));
        for (String name : List.of("after", "limit")) {
            if (session.arguments().has(name)) {
                query.put(name, session.arguments().text(name, ""));
            }
        }
        return Call.get(path).with(query);
    }

    private static int print(Session session, String path, Answer answer) {
        if (session.output().wrapped() && answer.status() != 404) {
            session.output().secret(answer);
            return Exit.OK;
        }
        List<String> names = names(answer);
        if (names.isEmpty()) {
            if (!session.output().isTable()) {
                session.output().structured(Map.of(), () -> "");
                return Exit.SERVER;
            }
            throw CliFailure.server("No value found at " + Call.trimmed(path));
        }
        if (session.flag("detailed") && session.output().field().isEmpty()) {
            session.output().secret(answer, envelope -> detailed(names, Values.map(envelope.get("data"))));
        } else if (session.output().field().isEmpty()) {
            session.output().names("Keys", names);
        } else {
            session.output().secret(answer);
        }
        return Exit.OK;
    }

    /** The names with what the server tells of each, as Vault's client shows it: a column for each member, by name. */
    private static Table detailed(List<String> names, Map<String, Object> data) {
        Map<String, Object> told = Values.map(data.get("key_info"));
        SortedSet<String> columns = new TreeSet<>();
        names.forEach(name -> columns.addAll(Values.map(told.get(name)).keySet()));
        List<Object> row = new ArrayList<>(List.of("Keys"));
        row.addAll(columns);
        Table table = Table.of(row.toArray(String[]::new));
        for (String name : names) {
            Map<String, Object> members = Values.map(told.get(name));
            row = new ArrayList<>(List.of(name));
            for (String column : columns) {
                row.add(members.get(column) == null ? "n/a" : SecretTable.shown(column, members.get(column)));
            }
            table.row(row.toArray());
        }
        return table;
    }

    /** The names in a list's answer; none for a 404. */
    public static List<String> names(Answer answer) {
        return answer.status() == 404
                ? List.of()
                : Values.texts(Values.map(answer.json().get("data")).get("keys"));
    }
}
