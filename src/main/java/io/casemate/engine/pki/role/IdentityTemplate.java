package io.casemate.engine.pki.role;

import io.casemate.kernel.Identity;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Role values with {@code {{identity...}}} selectors, filled from whoever asks.
 *
 * <p>Who may choose a name must not widen a role by it: a value that is more than a plain name (a star, a slash, a colon, a
 * blank) fits nowhere, and neither does a missing one. What cannot be filled allows nothing.
 */
final class IdentityTemplate {
    /** Host names and e-mail addresses. */
    static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_@+-]([\\p{L}\\p{N}_@.+-]*[\\p{L}\\p{N}_@+-])?");

    /** One segment of a URI. */
    static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_~-]([A-Za-z0-9._~-]*[A-Za-z0-9_~-])?");

    private static final Pattern SELECTOR = Pattern.compile("\\{\\{([^{}]++)}}");

    private IdentityTemplate() {}

    /** {@code templates} with their values, without those that {@code who} has none for. */
    static List<String> filled(List<String> templates, Identity who, Pattern allowed) {
        return templates.stream()
                .map(template -> filled(template, who, allowed))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> filled(String template, Identity who, Pattern allowed) {
        Matcher selectors = SELECTOR.matcher(template);
        StringBuilder out = new StringBuilder();
        while (selectors.find()) {
            Optional<String> value = who.value(selectors.group(1).strip())
                    .filter(each ->
                            each.length() <= 253 && allowed.matcher(each).matches());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            selectors.appendReplacement(out, Matcher.quoteReplacement(value.get()));
        }
        String text = selectors.appendTail(out).toString();
        return text.contains("{{") || text.contains("}}") ? Optional.empty() : Optional.of(text);
    }
}
