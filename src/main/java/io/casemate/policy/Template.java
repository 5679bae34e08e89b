package io.casemate.policy;

import io.casemate.kernel.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Text with {@code {{selectors}}}, which get their values from whoever stands behind the token that asks.
 *
 * <p>Who may choose a name must not widen a rule by it: a value with a slash or a star, or that begins with a plus, fits
 * nowhere, and neither does a missing one; nor, in a parameter's value, one with a comma, which may part two. Only what denies is filled with any value there is. A rule that
 * cannot be filled says nothing at all.
 */
final class Template {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final Pattern KNOWN = Pattern.compile("identity\\.(entity\\.("
            + "id|name|metadata\\..+|aliases\\.[^.]+\\.(id|name|metadata\\..+|custom_metadata\\..+))"
            + "|groups\\.(ids|names)\\.[^.]+\\.(id|name|metadata\\..+))");

    private Template() {}

    /** The text with its values, or why it has none. */
    record Filled(Optional<String> text, String trouble) {
        private static Filled not(String trouble) {
            return new Filled(Optional.empty(), trouble);
        }
    }

    /** Whether a path is a template. */
    static boolean in(String path) {
        return path.contains(OPEN);
    }

    /** Whether a parameter's value is a template: others have templates of their own, which are left to them. */
    static boolean inValue(String value) {
        return in(value) && selectors(value).stream().anyMatch(selector -> selector.startsWith("identity."));
    }

    /** Selectors that nothing will ever have a value for. */
    static List<String> unknown(String path) {
        return selectors(path).stream()
                .filter(selector -> !KNOWN.matcher(selector).matches())
                .toList();
    }

    /** A path that is denied: no value denies too much. */
    static Filled fillDenial(String template, Identity who) {
        return fill(template, who, _ -> false, "");
    }

    /** A path. */
    static Filled fill(String template, Identity who) {
        return fill(template, who, Template::widens, "has a '/' or '*', or begins with '+'");
    }

    /** A parameter's value. */
    static Filled fillValue(String template, Identity who) {
        return fill(
                template,
                who,
                value -> widens(value) || value.indexOf(',') >= 0,
                "has a '/', '*' or ',', or begins with '+'");
    }

    private static Filled fill(String template, Identity who, Predicate<String> widens, String trouble) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (int open = template.indexOf(OPEN); open >= 0; open = template.indexOf(OPEN, at)) {
            int close = template.indexOf(CLOSE, open);
            if (close < 0) {
                return Filled.not("a template is never closed");
            }
            String selector = template.substring(open + OPEN.length(), close).strip();
            Optional<String> value = who.value(selector);
            if (value.isEmpty()) {
                return Filled.not("there is no " + selector);
            }
            if (widens.test(value.get())) {
                return Filled.not("the value of " + selector + " " + trouble);
            }
            filled.append(template, at, open).append(value.get());
            at = close + CLOSE.length();
        }
        return new Filled(
                Optional.of(filled.append(template, at, template.length()).toString()), "");
    }

    /** Selectors with their braces, and the text between them. */
    static List<String> parts(String template) {
        return List.of(template.split("(?=\\{\\{)|(?<=\\}\\})"));
    }

    private static boolean widens(String value) {
        return value.indexOf('/') >= 0 || value.indexOf('*') >= 0 || value.startsWith("+");
    }

    private static List<String> selectors(String template) {
        List<String> selectors = new ArrayList<>();
        int open = template.indexOf(OPEN);
        while (open >= 0) {
            int close = template.indexOf(CLOSE, open);
            if (close < 0) {
                break;
            }
            selectors.add(template.substring(open + OPEN.length(), close).strip());
            open = template.indexOf(OPEN, close);
        }
        return selectors;
    }
}
