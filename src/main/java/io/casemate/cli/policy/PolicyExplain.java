package io.casemate.cli.policy;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code policy explain}: which rule allows or denies what the user would do. */
final class PolicyExplain {
    private PolicyExplain() {}

    static Command command() {
        return Command.of("policy explain", "Tell which rule allows or denies you a path", PolicyExplain::run)
                .takes("PATH...")
                .with(
                        Flag.list("operation", "create, read, update, patch, delete, list or scan; read when absent."),
                        Flag.pairs("param", "A parameter that would be sent."),
                        Flag.duration("wrapped", "For how long the answer would be wrapped."))
                .example(
                        "policy explain kv/data/app",
                        "policy explain -operation=create -operation=update -param=ttl=1h auth/token/create");
    }

    private static int run(Session session) {
        Arguments arguments = session.arguments();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("paths", arguments.from(0));
        if (arguments.has("operation")) {
            body.put("operation", arguments.list("operation"));
        }
        if (arguments.has("param")) {
            body.put("parameters", arguments.pairs("param"));
        }
        if (arguments.has("wrapped")) {
            body.put("wrap_ttl", arguments.text("wrapped", ""));
        }
        Answer answer = session.send("explaining", Call.put("sys/policies/explain", body));
        Map<String, Object> data = Values.map(answer.json().get("data"));
        session.output().structured(data, () -> text(data));
        boolean allAllowed = maps(data.get("results")).stream().allMatch(result -> Values.bool(result, "allowed"));
        return allAllowed ? Exit.OK : Exit.SERVER;
    }

    private static String text(Map<String, Object> data) {
        StringBuilder out = new StringBuilder();
        for (Map<String, Object> result : maps(data.get("results"))) {
            out.append(out.isEmpty() ? "" : "\n");
            result(out, result);
        }
        List<String> missing = Values.texts(data.get("missing_policies"));
        if (!missing.isEmpty()) {
            out.append("\nPolicies the token names and the server does not have: ")
                    .append(String.join(", ", missing))
                    .append('\n');
        }
        return out.toString();
    }

    private static void result(StringBuilder out, Map<String, Object> result) {
        out.append(Values.text(result, "operation"))
                .append(' ')
                .append(Values.text(result, "path"))
                .append(Values.bool(result, "allowed") ? ": allowed, " : ": denied, ")
                .append(Values.text(result, "reason"))
                .append('\n');
        Map<String, Object> rule = Values.map(result.get("rule"));
        if (!rule.isEmpty()) {
            rule(out, "  ", rule);
        }
        List<Map<String, Object>> outranked = maps(result.get("outranked_rules"));
        if (!outranked.isEmpty()) {
            out.append("  less specific, and so not asked:\n");
            outranked.forEach(each -> rule(out, "    ", each));
        }
        maps(result.get("unfilled_templates"))
                .forEach(each -> out.append("  says nothing: ")
                        .append(stanza(each))
                        .append(": ")
                        .append(Values.text(each, "reason"))
                        .append('\n'));
        Values.texts(result.get("hints"))
                .forEach(hint -> out.append("  Hint: ").append(hint).append('\n'));
    }

    private static void rule(StringBuilder out, String indent, Map<String, Object> rule) {
        List<Map<String, Object>> stanzas = maps(rule.get("stanzas"));
        for (Map<String, Object> each : stanzas) {
            out.append(indent).append(stanza(each)).append('\n');
        }
    }

    private static String stanza(Map<String, Object> stanza) {
        long line = Values.number(stanza, "line");
        return "policy " + Values.text(stanza, "policy") + (line == 0 ? "" : ", line " + line) + ": path \""
                + Values.text(stanza, "path") + "\" ["
                + String.join(", ", Values.texts(stanza.get("capabilities"))) + "]";
    }

    private static List<Map<String, Object>> maps(Object value) {
        return value instanceof List<?> items ? items.stream().map(Values::map).toList() : List.of();
    }
}
