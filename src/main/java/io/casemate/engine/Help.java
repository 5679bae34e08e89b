package io.casemate.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The answer to {@code ?help=1}, made from the endpoint itself. */
final class Help {
    private Help() {}

    static Map<String, Object> of(Endpoint endpoint) {
        StringBuilder text = new StringBuilder(endpoint.synopsis()).append("\n\n## PATH\n\n    ");
        text.append(endpoint.pattern()).append("\n\n## OPERATIONS\n\n");
        endpoint.handlers().keySet().stream()
                .sorted()
                .forEach(operation ->
                        text.append("    ").append(operation.word()).append('\n'));
        text.append("\n## PARAMETERS\n");
        new TreeMap<>(endpoint.fields())
                .forEach((name, field) -> text.append("\n    ")
                        .append(name)
                        .append(" (")
                        .append(field.type().name().toLowerCase(java.util.Locale.ROOT))
                        .append(")\n        ")
                        .append(field.help())
                        .append('\n'));
        Map<String, Object> help = new LinkedHashMap<>();
        help.put("help", text.toString());
        help.put("openapi", new OpenApi("").add("", "help", List.of(endpoint)).document());
        return help;
    }
}
