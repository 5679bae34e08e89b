package io.casemate.engine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The answer to {@code ?help=1}, made from the endpoint itself. */
final class Help {
    private Help() {}

    /** That of a whole mount: its paths, and what each is for. */
    static Map<String, Object> of(String type, List<Endpoint> endpoints) {
        StringBuilder text = new StringBuilder("What is served below a mount of type ")
                .append(type)
                .append(
                        ".\n\n## PATHS\n\nAsk the help of one of them, below the mount, for its operations and parameters.\n");
        endpoints.stream()
                .sorted(Comparator.comparing(Endpoint::pattern))
                .forEach(endpoint -> text.append("\n    ")
                        .append(endpoint.pattern())
                        .append("\n        ")
                        .append(endpoint.synopsis())
                        .append('\n'));
        Map<String, Object> help = new LinkedHashMap<>();
        help.put("help", text.toString());
        help.put("openapi", new OpenApi("").add("", "help", endpoints).document());
        return help;
    }

    /** That of one path. */
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
