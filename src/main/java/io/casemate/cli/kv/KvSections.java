package io.casemate.cli.kv;

import io.casemate.cli.http.Values;
import io.casemate.cli.output.SecretTable;
import io.casemate.cli.output.Table;
import java.util.Map;

/** The tables with titles that {@code kv} shows. */
final class KvSections {
    private static final int COLUMN_GAP_AND_VALUE = 9;

    private KvSections() {}

    /** A key of version 1. */
    static Object plain(Map<String, Object> envelope) {
        Map<String, Object> data = Values.map(envelope.get("data"));
        return data.isEmpty() ? SecretTable.of(envelope) : section("Data", data);
    }

    /** A version: its path, its metadata, its data. */
    static Object versioned(String path, Map<String, Object> envelope) {
        Map<String, Object> data = Values.map(envelope.get("data"));
        if (data.isEmpty()) {
            return SecretTable.of(envelope);
        }
        Map<String, Object> content = Values.map(data.get("data"));
        return path("Secret Path", path)
                + section("Metadata", Values.map(data.get("metadata")))
                + (content.isEmpty() ? "" : "\n" + section("Data", content));
    }

    /** A version just written. */
    static Object written(String path, Map<String, Object> envelope) {
        Map<String, Object> data = Values.map(envelope.get("data"));
        return data.isEmpty() ? SecretTable.of(envelope) : path("Secret Path", path) + section("Metadata", data);
    }

    /** A path between equals signs, and an empty line. */
    static String path(String title, String path) {
        return title(title, path.length()) + "\n" + path + "\n\n";
    }

    /** A titled table of {@code members}. */
    static String section(String title, Map<String, Object> members) {
        int widest = members.keySet().stream().mapToInt(String::length).max().orElse(0);
        Table table = SecretTable.data(Table.of("Key", "Value"), members);
        return title(title, widest + COLUMN_GAP_AND_VALUE) + "\n" + table.render();
    }

    private static String title(String title, int width) {
        int signs = width - title.length() - 2;
        int even = signs <= 0 ? 4 : signs + signs % 2;
        return "=".repeat(even / 2) + " " + title + " " + "=".repeat(even / 2);
    }
}
