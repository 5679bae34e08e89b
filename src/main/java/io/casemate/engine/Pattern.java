package io.casemate.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A compiled endpoint pattern. */
record Pattern(List<String> segments) {
    static Pattern of(String pattern) {
        return new Pattern(pattern.isEmpty() ? List.of() : List.of(pattern.split("/")));
    }

    /** Sorts literal before parameter before rest, segment by segment. */
    String weight() {
        StringBuilder weight = new StringBuilder();
        for (String segment : segments) {
            weight.append(rest(segment) ? 'c' : parameter(segment) ? 'b' : 'a');
        }
        return weight.append(weight.toString().endsWith("c") ? 'z' : 'a').toString();
    }

    /**
     * What the parameters catch; empty when the path is another.
     *
     * @param folder a slash at the end is not counted: lists are asked for with and without one. For anything else it makes
     *     another path, as it does for policies: rules for {@code x} say nothing of {@code x/}
     */
    Optional<Map<String, String>> match(String path, boolean folder) {
        // Made when there is something to catch: a request is tried against many patterns, and most differ at once.
        Map<String, String> captured = Map.of();
        int at = 0;
        for (String segment : segments) {
            if (at >= path.length()) {
                return Optional.empty();
            }
            if (rest(segment)) {
                return matchRest(segment.substring(1, segment.length() - 4), path.substring(at), captured, folder);
            }
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            if (parameter(segment)) {
                captured = captured.isEmpty() ? new LinkedHashMap<>() : captured;
                captured.put(segment.substring(1, segment.length() - 1), path.substring(at, end));
            } else if (end - at != segment.length() || !path.startsWith(segment, at)) {
                return Optional.empty();
            }
            at = end + 1;
        }
        boolean whole = at > path.length() || path.isEmpty() || (folder && at == path.length());
        return whole ? Optional.of(captured) : Optional.empty();
    }

    /** The rest of the path, less the literal segments that the pattern wants at its very end. */
    private Optional<Map<String, String>> matchRest(
            String name, String rest, Map<String, String> captured, boolean folder) {
        int tail = segments.indexOf("{" + name + "...}") + 1;
        String ending = tail == segments.size() ? "" : "/" + String.join("/", segments.subList(tail, segments.size()));
        String trimmed =
                ending.isEmpty() || !folder || !rest.endsWith("/") ? rest : rest.substring(0, rest.length() - 1);
        if (trimmed.length() <= ending.length() || !trimmed.endsWith(ending)) {
            return Optional.empty();
        }
        Map<String, String> all = new LinkedHashMap<>(captured);
        all.put(name, trimmed.substring(0, trimmed.length() - ending.length()));
        return Optional.of(all);
    }

    private static boolean parameter(String segment) {
        return segment.startsWith("{");
    }

    private static boolean rest(String segment) {
        return segment.endsWith("...}");
    }
}
