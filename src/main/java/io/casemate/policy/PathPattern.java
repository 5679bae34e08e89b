package io.casemate.policy;

import io.casemate.kernel.ApiPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What may stand as the path of a stanza. */
final class PathPattern {
    private PathPattern() {}

    /** The path without a leading slash, or a refusal. */
    static String check(SourcePosition at, String path) {
        String pattern = path.startsWith("/") ? path.substring(1) : path;
        if (pattern.length() > ApiPath.MAX_LENGTH) {
            throw at.refuse("this path is longer than " + ApiPath.MAX_LENGTH + " characters");
        }
        if (pattern.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF))) {
            throw at.refuse("this path has a character that no request can have");
        }
        if (pattern.contains("+*")) {
            throw at.refuse("path \"" + path + "\": invalid use of wildcards ('+*' is forbidden)");
        }
        if (pattern.contains("{{") && pattern.indexOf("}}", pattern.indexOf("{{")) < 0) {
            throw at.refuse("path \"" + path + "\": the template is never closed");
        }
        return pattern;
    }

    /** What its author may not have meant. */
    static List<String> warnings(String pattern) {
        String quoted = "path \"" + pattern + "\": ";
        List<String> warnings = new ArrayList<>();
        Template.unknown(pattern)
                .forEach(selector ->
                        warnings.add(quoted + "nothing has a value for {{" + selector + "}}, so this matches nothing"));
        if (pattern.endsWith("}}*")) {
            warnings.add(
                    quoted + "this also matches longer values that begin alike; write '/*' to match what is below");
        }
        wrong(pattern.replaceAll("\\{\\{.*?\\}\\}", "x")).map(quoted::concat).ifPresent(warnings::add);
        return warnings;
    }

    private static Optional<String> wrong(String pattern) {
        String stem = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
        if (stem.contains("*")) {
            return Optional.of("'*' is a wildcard at the very end only; here it stands for itself");
        }
        if (stem.contains("//")) {
            return Optional.of("no request has an empty segment, so this matches nothing");
        }
        if (stem.startsWith("v1/")) {
            return Optional.of("paths in policies are written without 'v1/'");
        }
        return Optional.empty();
    }
}
