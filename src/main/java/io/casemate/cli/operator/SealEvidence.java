package io.casemate.cli.operator;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.util.List;
import java.util.Map;

/** {@code operator seal-evidence}: what the HSMs say of the keys in them. */
final class SealEvidence {
    private SealEvidence() {}

    static Command command() {
        return Command.of("operator seal-evidence", "Show what the HSMs say of their keys", SealEvidence::show)
                .example("operator seal-evidence", "operator seal-evidence -format=json");
    }

    private static int show(Session session) {
        Map<String, Object> answer = session.send("reading seal evidence", Call.get("sys/seal/evidence"))
                .json();
        Map<String, Object> seals = Values.map(Values.map(answer.get("data")).get("seals"));
        session.output().structured(seals, () -> table(seals));
        return Exit.OK;
    }

    /** What an auditor asks first; {@code -format=json} has the rest. */
    private static Table table(Map<String, Object> seals) {
        Table table = Table.of(
                "Seal", "Token", "Serial", "Key", "Type", "Made Inside", "Always Sensitive", "Never Extractable");
        seals.forEach((name, value) -> {
            Map<String, Object> seal = Values.map(value);
            if (seal.containsKey("error")) {
                table.row(name, seal.get("error"));
            }
            for (Object key : seal.get("keys") instanceof List<?> keys ? keys : List.of()) {
                row(table, name, seal, Values.map(key));
            }
        });
        return table;
    }

    private static void row(Table table, String name, Map<String, Object> seal, Map<String, Object> key) {
        table.row(
                name,
                seal.get("token_label"),
                seal.get("serial"),
                Values.text(key, "label").isEmpty() ? "0x" + Values.text(key, "id") : key.get("label"),
                key.get("type") == null ? "not told" : key.get("type") + " " + Values.shown(key.get("bits")),
                told(key.get("local")),
                told(key.get("always_sensitive")),
                told(key.get("never_extractable")));
    }

    private static Object told(Object value) {
        return value == null ? "not told" : value;
    }
}
