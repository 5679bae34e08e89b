package io.casemate.policy;

import io.casemate.kernel.ApiPath;
import java.util.Optional;

/** What may stand as the path of a stanza. */
final class PathPattern {
    private PathPattern() {}

    /** The path without a leading slash, or a refusal. */
    static String check(Place at, String path) {
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
    static Optional<String> warning(String pattern) {
        String quoted = "path \"" + pattern + "\": ";
        String stem = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
        if (pattern.contains("{{")) {
            return Optional.of(quoted + "templates are not filled in yet; until then this path matches nothing");
        }
        if (stem.contains("*")) {
            return Optional.of(quoted + "'*' is a wildcard at the very end only; here it stands for itself");
        }
        if (stem.contains("//")) {
            return Optional.of(quoted + "no request has an empty segment, so this matches nothing");
        }
        if (stem.startsWith("v1/")) {
            return Optional.of(quoted + "paths in policies are written without 'v1/'");
        }
        return Optional.empty();
    }
}
